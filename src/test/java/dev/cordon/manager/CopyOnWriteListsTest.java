package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CopyOnWriteListsTest {
    @Test
    void leavesTheOriginalListUnchanged() {
        List<String> none = List.of();
        List<String> one = CopyOnWriteLists.with(none, "a");
        List<String> two = CopyOnWriteLists.with(one, "b");

        assertThat(none).isEmpty();
        assertThat(one).containsExactly("a");
        assertThat(two).containsExactly("a", "b");
        assertThat(CopyOnWriteLists.without(two, two.get(0))).containsExactly("b");
        assertThat(CopyOnWriteLists.without(one, one.get(0))).isEmpty();
    }

    @Test
    @SuppressWarnings("StringOperationCanBeSimplified") // another object, equal to the first
    void removesAnElementByIdentity() {
        String one = new String("a");
        String equal = new String("a");

        assertThat(CopyOnWriteLists.without(List.of(one), equal)).hasSize(1);
        assertThat(CopyOnWriteLists.without(List.of(one, equal), one))
                .hasSize(1)
                .first()
                .isSameAs(equal);
        assertThat(CopyOnWriteLists.without(List.of(), one)).isEmpty();
    }
}
