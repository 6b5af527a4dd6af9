package dev.cordon.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DirectBuffersTest {
    private static final int SLOTS = 16;

    private final DirectBuffers buffers = new DirectBuffers();

    @Test
    void givesADirectBufferWithRoomForAFrame() {
        ByteBuffer buffer = buffers.take();

        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.remaining()).isEqualTo(DirectBuffers.CAPACITY);
    }

    @Test
    void reusesAReturnedBufferAndClearsIt() {
        ByteBuffer used = buffers.take();
        used.putInt(7).flip();
        buffers.give(used);

        ByteBuffer again = buffers.take();

        assertThat(again).isSameAs(used);
        assertThat(again.position()).isZero();
        assertThat(again.remaining()).isEqualTo(DirectBuffers.CAPACITY);
    }

    @Test
    void doesNotGiveABufferInUseToAnotherCaller() {
        buffers.give(buffers.take());
        ByteBuffer first = buffers.take();

        assertThat(buffers.take()).isNotSameAs(first);
    }

    @Test
    void keepsNoMoreBuffersThanItHasSlots() {
        Set<ByteBuffer> given = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i <= SLOTS; i++) {
            given.add(ByteBuffer.allocateDirect(1 + i));
        }
        given.forEach(buffers::give);

        List<ByteBuffer> taken = new ArrayList<>();
        for (int i = 0; i <= SLOTS; i++) {
            taken.add(buffers.take());
        }

        assertThat(taken).filteredOn(given::contains).hasSize(SLOTS);
        assertThat(taken).doesNotHaveDuplicates();
    }
}
