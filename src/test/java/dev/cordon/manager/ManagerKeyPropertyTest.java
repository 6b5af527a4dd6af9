package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

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
            @ForAll @StringLength(min = 3, max = 20) @CharRange(from = 'a', to = 'c') @Chars({':', '#', '/', '@'})
                    String joined,
            @ForAll @IntRange(min = 1, max = 19) int first,
            @ForAll @IntRange(min = 1, max = 19) int second) {
        Assume.that(first != second && first < joined.length() && second < joined.length());
        ManagerKey one = split(joined, first);
        ManagerKey two = split(joined, second);
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

    private static ManagerKey split(String joined, int at) {
        return new ManagerKey(new UserId(joined.substring(0, at)), new SessionId(joined.substring(at)));
    }
}
