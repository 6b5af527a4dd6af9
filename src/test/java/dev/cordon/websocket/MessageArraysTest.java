package dev.cordon.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageArraysTest {
    private static final int LONG = 60_000;

    private final MessageArrays arrays = new MessageArrays();

    @Test
    void reusesAnArrayThatWasGivenBack() {
        byte[] first = arrays.take(LONG);
        arrays.give(first);

        assertThat(arrays.take(LONG - 1)).isSameAs(first);
    }

    @Test
    void handsOutNoArrayThatIsInUse() {
        byte[] kept = arrays.take(LONG);
        arrays.give(kept);
        byte[] first = arrays.take(LONG);

        assertThat(arrays.take(LONG)).isNotSameAs(first);
    }

    @Test
    void handsOutNoArrayThatIsTooShort() {
        byte[] kept = arrays.take(LONG);
        arrays.give(kept);

        assertThat(arrays.take(LONG + 1)).hasSize(LONG + 1);
        assertThat(arrays.take(LONG)).isSameAs(kept);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, MessageArrays.SHORTEST - 1, MessageArrays.LONGEST + 1, FrameDecoder.MAX_MESSAGE_BYTES})
    void keepsNeitherShortNorVeryLongArrays(int length) {
        byte[] used = arrays.take(length);
        arrays.give(used);

        assertThat(used).hasSize(length);
        assertThat(arrays.take(length)).isNotSameAs(used);
    }

    @Test
    void usesNoLongArrayForAShortMessage() {
        arrays.give(new byte[LONG]);

        assertThat(arrays.take(100)).hasSize(100);
    }

    @Test
    void keepsNoMoreArraysThanItHasSlots() {
        Set<byte[]> given = given(MessageArrays.SLOTS + 1, LONG);

        assertThat(taken(MessageArrays.SLOTS + 1, LONG))
                .filteredOn(given::contains)
                .hasSize(MessageArrays.SLOTS);
    }

    @Test
    void replacesShorterArraysByLongerOnes() {
        given(MessageArrays.SLOTS, LONG);
        Set<byte[]> longer = given(2, LONG + 1);

        assertThat(taken(3, LONG + 1)).filteredOn(longer::contains).hasSize(2);
    }

    private Set<byte[]> given(int count, int length) {
        Set<byte[]> given = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < count; i++) {
            byte[] used = new byte[length];
            given.add(used);
            arrays.give(used);
        }
        return given;
    }

    private List<byte[]> taken(int count, int atLeast) {
        List<byte[]> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(arrays.take(atLeast));
        }
        return taken;
    }

    @ParameterizedTest
    @ValueSource(ints = {MessageArrays.SHORTEST, MessageArrays.LONGEST})
    void keepsArraysOfTheShortestAndTheLongestLength(int length) {
        byte[] used = arrays.take(length);
        arrays.give(used);

        assertThat(arrays.take(length)).isSameAs(used);
    }
}
