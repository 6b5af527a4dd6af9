package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.instance.impl.LifecycleServiceImpl;
import com.hazelcast.map.IMap;
import dev.cordon.protocol.Channel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The names of the log's records, whose secret may be lost with its two members, or be another one behind a split. */
class GridNamesTest {
    private static final Channel ALICE = Channel.parse("#alice");

    private final String prefix = TestGridLog.prefix();
    private final HazelcastInstance member = TestGridLog.member("a");
    private final List<GridNames> all = new ArrayList<>();

    @AfterEach
    void stop() {
        all.forEach(GridNames::close);
        TestGrid.destroy(member, prefix);
    }

    private GridNames names(String node) {
        GridNames names = new GridNames(TestGridLog.member(node), prefix, new GridCipher(TestGrid.KEYS));
        all.add(names);
        return names;
    }

    private IMap<String, byte[]> secret() {
        return member.getMap(prefix + "secret");
    }

    @Test
    @DisplayName("nodes that have lost the secret, and another that has put a new one there, come to the same names")
    void comesToOneSecret() {
        GridNames a = names("a");
        GridNames b = names("b");
        String before = a.channel(ALICE);
        assertThat(b.channel(ALICE)).isEqualTo(before);
        secret().clear();
        GridNames later = names("b");
        assertThat(later.channel(ALICE)).isNotEqualTo(before);

        a.renew();
        b.renew();

        assertThat(a.channel(ALICE)).isEqualTo(later.channel(ALICE));
        assertThat(b.channel(ALICE)).isEqualTo(later.channel(ALICE));
    }

    @Test
    @DisplayName("a node puts the secret back that it knows: at a cleanup, and where a split has healed without it")
    void putsTheSecretBack() {
        GridNames a = names("a");
        String before = a.channel(ALICE);
        secret().clear();
        a.renew();
        assertThat(names("b").channel(ALICE)).isEqualTo(before);
        secret().clear();

        ((LifecycleServiceImpl) member.getLifecycleService()).fireLifecycleEvent(LifecycleState.MERGED);

        assertThat(a.channel(ALICE)).isEqualTo(before);
        assertThat(names("b").channel(ALICE)).isEqualTo(before);
    }

    @Test
    @DisplayName("behind a split that has healed, a node takes the secret of the other part")
    void takesTheSecretOfTheOtherPart() {
        GridNames a = names("a");
        String before = a.channel(ALICE);
        secret().clear();
        String others = names("b").channel(ALICE);
        assertThat(a.channel(ALICE)).isEqualTo(before);

        ((LifecycleServiceImpl) member.getLifecycleService()).fireLifecycleEvent(LifecycleState.MERGED);

        assertThat(a.channel(ALICE)).isEqualTo(others);
    }
}
