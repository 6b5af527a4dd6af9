package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.manager.OffHeapFrames.Stored;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.upkeep.LogLines;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffHeapFramesTest {
    private static final long LARGE = 1L << 30;

    private final AtomicInteger made = new AtomicInteger();
    private final OffHeapFrames frames = new OffHeapFrames(this::make);
    private int most = Integer.MAX_VALUE;

    private ByteBuffer make(int bytes) {
        if (made.incrementAndGet() > most) {
            throw new OutOfMemoryError("Cannot reserve direct buffer memory");
        }
        return ByteBuffer.allocateDirect(bytes);
    }

    private Stored store(Frame frame) {
        return (Stored) frames.store(frame, LARGE);
    }

    @Test
    void keepsABinaryFrameBinary() {
        OffHeapFrames offHeap = new OffHeapFrames();
        Payload payload = Payload.json("\"" + "x".repeat(OffHeapFrames.BLOCK) + "\"");
        Frame push = Encoding.PROTOBUF.push(new Publication(TestNode.personal("alice"), 7, payload));

        Frame back = ((OffHeapFrames.Stored) offHeap.store(push, 1 << 20)).frame();

        assertThat(back.binary()).isTrue();
        assertThat(back.toByteArray()).isEqualTo(push.toByteArray());
    }

    private static Frame filled(char with, int size) {
        return Frame.of(Character.toString(with).repeat(size));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1,
                OffHeapFrames.SMALLEST,
                OffHeapFrames.BLOCK - 1,
                OffHeapFrames.BLOCK,
                OffHeapFrames.BLOCK + 1,
                60_000,
                1_000_000
            })
    void keepsEveryByteOfAPush(int size) {
        Payload payload =
                Payload.json("\"" + "0123456789abcdefg".repeat(size / 17 + 1).substring(0, size) + "\"");
        Frame push = FrameWriter.push(new Publication(TestNode.personal("alice"), 7, payload));

        Stored stored = store(push);

        assertThat(stored.size()).isEqualTo(push.size());
        assertThat(stored.frame().toByteArray()).isEqualTo(push.toByteArray());
        assertThat(stored.frame().text()).as("read a second time").isEqualTo(push.text());
    }

    @Test
    void reusesBlocks() {
        Stored first = store(filled('a', 3 * OffHeapFrames.BLOCK));
        assertThat(frames.used()).isEqualTo(3 * OffHeapFrames.BLOCK);
        frames.free(first);
        assertThat(frames.used()).isZero();

        Stored second = store(filled('b', 2 * OffHeapFrames.BLOCK + 1));

        assertThat(made).hasValue(3);
        assertThat(second.frame().text()).isEqualTo("b".repeat(2 * OffHeapFrames.BLOCK + 1));
    }

    @Test
    void noBlockBelongsToTwoFrames() {
        Stored first = store(filled('a', 20_000));
        Stored second = store(filled('b', 20_000));
        frames.free(first);

        Stored third = store(filled('c', 20_000));
        Stored fourth = store(filled('d', 20_000));

        assertThat(second.frame().text()).isEqualTo("b".repeat(20_000));
        assertThat(third.frame().text()).isEqualTo("c".repeat(20_000));
        assertThat(fourth.frame().text()).isEqualTo("d".repeat(20_000));
    }

    @Test
    void freeingAFrameTwiceFreesItOnce() {
        Stored first = store(filled('a', 5_000));
        frames.free(first);
        frames.free(first);

        Stored second = store(filled('b', 5_000));
        Stored third = store(filled('c', 5_000));

        assertThat(second.frame().text()).isEqualTo("b".repeat(5_000));
        assertThat(third.frame().text()).isEqualTo("c".repeat(5_000));
        assertThat(frames.used()).isEqualTo(2 * OffHeapFrames.BLOCK);
    }

    @Test
    void aFreedFrameCannotBeRead() {
        Stored stored = store(filled('a', 5_000));
        frames.free(stored);

        assertThatThrownBy(stored::frame).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsAFrameOnTheHeapBeyondItsBound() {
        Frame large = filled('a', 3 * OffHeapFrames.BLOCK);
        Object first = frames.store(large, 5 * OffHeapFrames.BLOCK);

        assertThat(first).isInstanceOf(Stored.class);
        assertThat(frames.store(large, 5 * OffHeapFrames.BLOCK)).isSameAs(large);
        assertThat(frames.used()).isEqualTo(3 * OffHeapFrames.BLOCK);
        assertThat(frames.store(large, 6 * OffHeapFrames.BLOCK)).isInstanceOf(Stored.class);

        frames.free((Stored) first);
        assertThat(frames.store(large, 6 * OffHeapFrames.BLOCK))
                .as("in blocks that are allocated already")
                .isInstanceOf(Stored.class);
        assertThat(made).hasValue(6);
        assertThat(frames.kept()).isEqualTo(6 * OffHeapFrames.BLOCK);
    }

    @Test
    void usesAllocatedBlocksUnderALoweredBoundToo() {
        frames.free(store(filled('a', 3 * OffHeapFrames.BLOCK)));

        assertThat(frames.store(filled('b', 3 * OffHeapFrames.BLOCK), OffHeapFrames.BLOCK))
                .isInstanceOf(Stored.class);
        Frame more = filled('c', OffHeapFrames.BLOCK);
        assertThat(frames.store(more, OffHeapFrames.BLOCK)).isSameAs(more);
    }

    @Test
    void keepsAFrameOnTheHeapWhenDirectMemoryIsExhausted() {
        Stored before = store(filled('a', 5_000));
        most = 3;
        Frame large = filled('b', 3 * OffHeapFrames.BLOCK);

        assertThat(frames.store(large, LARGE)).isSameAs(large);
        assertThat(frames.store(large, LARGE)).isSameAs(large);

        assertThat(made)
                .as("asks for one block more than there is, and never again")
                .hasValue(4);
        assertThat(frames.kept()).isEqualTo(OffHeapFrames.BLOCK);
        assertThat(before.frame().text()).isEqualTo("a".repeat(5_000));
        frames.free(before);
        assertThat(frames.kept()).isZero();
    }

    @Test
    void keepsAndStoresNothingAfterItsEnd() {
        Stored first = store(filled('a', 20_000));
        Stored second = store(filled('b', 5_000));
        frames.free(first);
        assertThat(frames.kept()).isEqualTo(4 * OffHeapFrames.BLOCK);

        frames.end();

        assertThat(frames.kept()).isEqualTo(OffHeapFrames.BLOCK);
        assertThat(second.frame().text()).isEqualTo("b".repeat(5_000));
        frames.free(second);
        assertThat(frames.kept()).isZero();
        Frame late = filled('c', 5_000);
        assertThat(frames.store(late, LARGE)).isSameAs(late);
    }

    @Test
    void threadsNeverSeeOneAnothersBytes() throws Exception {
        Runnable[] threads = new Runnable[4];
        for (int i = 0; i < threads.length; i++) {
            Frame own = filled((char) ('a' + i), 10_000 + 3_000 * i);
            threads[i] = () -> {
                for (int n = 0; n < 2_000; n++) {
                    Stored stored = store(own);
                    assertThat(stored.frame().toByteArray()).isEqualTo(own.toByteArray());
                    frames.free(stored);
                }
            };
        }

        Racing.run(threads);

        assertThat(frames.used()).isZero();
        assertThat(made).hasValueLessThanOrEqualTo(2 + 2 + 2 + 3);
    }

    @Test
    void usesNothingOnceItHasEnded() {
        frames.free(store(filled('a', 100)));
        assertThat(frames.kept()).isEqualTo(OffHeapFrames.BLOCK);

        frames.end();

        assertThat(frames.kept()).isZero();
        assertThat(frames.used()).isZero();
    }

    @Test
    void tellsTheOperatorOnceThatItHasNoMemoryAndWhatToDo() {
        most = 0;

        assertThat(LogLines.of(OffHeapFrames.class, () -> {
                    frames.store(filled('a', 100), LARGE);
                    frames.store(filled('a', 100), LARGE);
                }))
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).contains("cordon.queue.total-max-bytes"));
    }
}
