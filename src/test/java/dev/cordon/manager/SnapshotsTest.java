package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
    @Test
    void leavesTheListBeforeAsItWas() {
        List<String> none = List.of();
        List<String> one = Snapshots.with(none, "a");
        List<String> two = Snapshots.with(one, "b");

        assertThat(none).isEmpty();
        assertThat(one).containsExactly("a");
        assertThat(two).containsExactly("a", "b");
        assertThat(Snapshots.without(two, two.get(0))).containsExactly("b");
        assertThat(Snapshots.without(one, one.get(0))).isEmpty();
    }

    @Test
    @SuppressWarnings("StringOperationCanBeSimplified") // another object, equal to the first
    void takesOutTheVeryOneAndNoEqual() {
        String one = new String("a");
        String equal = new String("a");

        assertThat(Snapshots.without(List.of(one), equal)).hasSize(1);
        assertThat(Snapshots.without(List.of(one, equal), one))
                .hasSize(1)
                .first()
                .isSameAs(equal);
        assertThat(Snapshots.without(List.of(), one)).isEmpty();
    }
}
