package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Two users never share a manager, however their names and sessions can be read together. */
class ManagerKeyPropertyTest {
    @Example
    @Label("F41 a:b + c and a + b:c are two managers")
    void keepsJoinedNamesApart() {
        TestNode node = new TestNode();

        Peer one = node.connect("a:b", "c");
        Peer two = node.connect("a", "b:c");
        node.publish("a:b");

        assertThat(node.factory.stats().managers()).isEqualTo(2);
        assertThat(one.wire().offsets()).hasSize(1);
        assertThat(two.wire().offsets()).isEmpty();
    }

    @Property
    @Label("F41 one joined text, split at two places, names two managers that see nothing of each other")
    void keepsEverySplitOfOneTextApart(
            @ForAll("parts") String front,
            @ForAll("parts") String middle,
            @ForAll("parts") String end,
            @ForAll boolean frontFirst) {
        ManagerKey early = key(front, middle + end);
        ManagerKey late = key(front + middle, end);
        ManagerKey one = frontFirst ? early : late;
        ManagerKey two = frontFirst ? late : early;
        TestNode node = new TestNode();

        Peer atOne = node.connect(one.user().value(), one.session().value());
        Peer atTwo = node.connect(two.user().value(), two.session().value());
        node.publish(one.user().value());

        assertThat(one).isNotEqualTo(two);
        assertThat(node.factory.find(one).orElseThrow())
                .isNotSameAs(node.factory.find(two).orElseThrow());
        assertThat(atOne.wire().offsets()).hasSize(1);
        assertThat(atTwo.wire().offsets()).isEmpty();
    }

    @Provide
    static Arbitrary<String> parts() {
        return Arbitraries.strings()
                .withCharRange('a', 'c')
                .withChars(':', '#', '/', '@')
                .ofMinLength(1)
                .ofMaxLength(7);
    }

    private static ManagerKey key(String user, String session) {
        return new ManagerKey(new UserId(user), new SessionId(session));
    }
}
