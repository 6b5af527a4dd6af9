package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Frame;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {
    private final FakeTransport wire = new FakeTransport();
    private final Counters counters = new Counters();
    private final StalledQueues stalled = new StalledQueues();
    private final HandTime time = new HandTime();
    private final RecordingListener listener = new RecordingListener();
    private final OutboundQueue queue = new OutboundQueue(wire, counters, stalled, time, listener);

    private boolean offer(String text, Limits limits) {
        return queue.offer(Frame.of(text), 0, limits);
    }

    private boolean offer(String text) {
        return offer(text, Limits.DEFAULTS);
    }

    private void publication(String text) {
        assertThat(queue.offer(Frame.of(text), time.nanos(), Limits.DEFAULTS)).isTrue();
    }

    @Test
    void writesNothingUntilDrained() {
        offer("a");

        assertThat(wire.frames()).isEmpty();
        assertThat(queue.messages()).isEqualTo(1);
        assertThat(queue.bytes()).isEqualTo(1);
    }

    @Test
    void joinsWaitingFramesByLineBreaks() {
        offer("a");
        offer("b");
        offer("c");

        queue.drain();

        assertThat(wire.frames()).extracting(Frame::text).containsExactly("a\nb\nc");
        assertThat(queue.idle()).isTrue();
    }

    @Test
    void reportsThatItIsIdleOnlyOnceAskedTo() {
        offer("a");
        queue.drain();

        assertThat(listener.idles).hasValue(0);

        queue.notifyWhenIdle();
        offer("b");
        queue.drain();

        assertThat(listener.idles).hasValue(1);
    }

    @Test
    void joinsFramesThatWaitBehindAWrite() {
        wire.mode(FakeTransport.Mode.HELD);
        offer("a");
        queue.drain();
        offer("b");
        offer("c");
        queue.drain();
        assertThat(wire.frames()).hasSize(1);
        assertThat(queue.idle()).isFalse();

        wire.complete();

        assertThat(wire.frames()).extracting(Frame::text).containsExactly("a", "b\nc");
        assertThat(queue.idle()).isFalse();
        wire.complete();
        assertThat(queue.idle()).isTrue();
    }

    @Test
    void joinsUpTo64KiBAndNoByteMore() {
        String half = "x".repeat(OutboundQueue.MAX_JOINED_BYTES / 2 - 1);
        offer(half);
        offer(half);
        offer("y");

        queue.drain();

        assertThat(wire.frames()).extracting(Frame::size).containsExactly(64 * 1024 - 1, 1);
    }

    @Test
    void joinsExactly64KiB() {
        offer("x".repeat(OutboundQueue.MAX_JOINED_BYTES / 2 - 1));
        offer("x".repeat(OutboundQueue.MAX_JOINED_BYTES / 2));

        queue.drain();

        assertThat(wire.frames()).extracting(Frame::size).containsExactly(64 * 1024);
    }

    @Test
    void sendsALargerFrameAlone() {
        offer("a");
        offer("x".repeat(100_000));
        offer("b");

        queue.drain();

        assertThat(wire.frames()).extracting(Frame::size).containsExactly(1, 100_000, 1);
    }

    @Test
    @DisplayName("F11 the queue accepts frames up to its message bound, and the rejected one does not change it")
    void rejectsAFrameBeyondItsMessageBound() {
        Limits three = new TestLimits().queue(3, 1_000).build();

        assertThat(offer("a", three)).isTrue();
        assertThat(offer("b", three)).isTrue();
        assertThat(offer("c", three)).isTrue();
        assertThat(offer("d", three)).isFalse();

        assertThat(queue.messages()).isEqualTo(3);
        assertThat(queue.bytes()).isEqualTo(3);
    }

    @Test
    @DisplayName("F11 the queue accepts frames up to its byte bound, and the rejected one does not change it")
    void rejectsAFrameBeyondItsByteBound() {
        Limits ten = new TestLimits().queue(100, 10).build();

        assertThat(offer("12345", ten)).isTrue();
        assertThat(offer("67890", ten)).isTrue();
        assertThat(offer("1", ten)).isFalse();

        assertThat(queue.bytes()).isEqualTo(10);
    }

    @Test
    void acceptsAFrameLargerThanTheBoundWhenNothingElseWaits() {
        Limits ten = new TestLimits().queue(100, 10).build();

        assertThat(offer("x".repeat(11), ten)).isTrue();
        assertThat(offer("y", ten)).isFalse();
    }

    @Test
    void reportsAFailureOnceAndWritesNothingAfterIt() {
        wire.mode(FakeTransport.Mode.FAILING);
        offer("a");
        queue.drain();

        offer("b");
        queue.drain();

        assertThat(listener.failure.get()).hasMessage("peer is gone");
        assertThat(counters.writeFailures.sum()).isEqualTo(1);
        assertThat(wire.frames()).hasSize(1);
    }

    @Test
    @DisplayName("F14 a transport that throws fails its own queue, and its exception goes no further")
    void treatsAnExceptionOfTheTransportAsAFailure() {
        wire.mode(FakeTransport.Mode.THROWING);
        offer("a");

        queue.drain();

        assertThat(listener.failure.get()).hasMessage("broken transport");
        assertThat(queue.idle()).isTrue();
    }

    @Test
    void countsPublicationsThatWaitedWhenItClosed() {
        wire.mode(FakeTransport.Mode.HELD);
        publication("first");
        queue.drain();
        publication("second");
        publication("third");
        offer("a reply");

        queue.close();

        assertThat(counters.delivered()).isEqualTo(1);
        assertThat(counters.dropped(Counters.Drop.CLOSED)).isEqualTo(2);
        assertThat(queue.messages()).isZero();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void countsPublicationsThatComeAfterItClosed() {
        queue.close();

        publication("late");

        assertThat(counters.dropped(Counters.Drop.CLOSED)).isEqualTo(1);
        assertThat(queue.messages()).isZero();
        assertThat(wire.frames()).isEmpty();
    }

    @Test
    @DisplayName("F14 a frame that is offered from within a write is written after it, not inside it")
    void writesAFrameOfferedDuringAWriteAfterIt() {
        AtomicInteger times = new AtomicInteger();
        wire.whileWriting(() -> {
            if (times.getAndIncrement() == 0) {
                offer("again");
                queue.drain();
            }
        });
        offer("first");

        queue.drain();

        assertThat(wire.messages()).containsExactly("first", "again");
        assertThat(wire.overlaps()).isZero();
    }

    @Test
    void reportsAWriteAsStalledAfterTheTimeout() {
        wire.mode(FakeTransport.Mode.HELD);
        offer("a");
        queue.drain();

        time.advance(Duration.ofSeconds(10));
        assertThat(queue.stalledFor(Duration.ofSeconds(10).toNanos(), time.nanos()))
                .isFalse();
        time.advance(Duration.ofNanos(1));
        assertThat(queue.stalledFor(Duration.ofSeconds(10).toNanos(), time.nanos()))
                .isTrue();
        wire.complete();
        assertThat(queue.stalledFor(Duration.ofSeconds(10).toNanos(), time.nanos()))
                .isFalse();
    }

    @Test
    void isNotIdleWhileItsLastFrameIsBeingHandedOver() {
        AtomicReference<@Nullable Boolean> idleInside = new AtomicReference<>();
        wire.whileWriting(() -> idleInside.set(queue.idle()));
        offer("last");

        queue.drain();

        assertThat(idleInside.get()).isFalse();
    }

    @Test
    void recordsTheTimeFromAcceptanceToWrite() {
        publication("p");
        time.advance(Duration.ofMillis(3));

        queue.drain();

        counters.delivery.rotate();
        assertThat(counters.delivery.window().getMaxValue()).isBetween(2_900_000L, 3_100_000L);
        assertThat(counters.writes.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("F11 stalled queues share a bound: beyond it a queue with more than one write waiting is full")
    void isFullWhenTheStalledQueuesTogetherHoldTooMuch() {
        Limits limits = new TestLimits().stalled(200_000).build();
        String message = "x".repeat(30_000);
        wire.mode(FakeTransport.Mode.HELD);
        FakeTransport otherWire = new FakeTransport();
        otherWire.mode(FakeTransport.Mode.HELD);
        OutboundQueue other = new OutboundQueue(otherWire, counters, stalled, time, listener);
        offer("a", limits);
        queue.drain();
        other.offer(Frame.of("a"), 0, limits);
        other.drain();

        for (int i = 0; i < 6; i++) {
            assertThat(offer(message, limits)).isTrue();
        }
        assertThat(offer(message, limits)).as("180,000 bytes wait already").isFalse();
        assertThat(other.offer(Frame.of(message), 0, limits))
                .as("little waits in the other queue")
                .isTrue();
        assertThat(other.offer(Frame.of(message), 0, limits)).isTrue();
        assertThat(other.offer(Frame.of(message), 0, limits)).isFalse();

        queue.close();
        assertThat(other.offer(Frame.of(message), 0, limits))
                .as("the first queue has closed")
                .isTrue();
        otherWire.complete();
        otherWire.complete();
        otherWire.complete();
        assertThat(stalled.bytes()).as("all written or forgotten").isZero();
    }

    @Test
    void countsNoFrameAsStalledThatIsWrittenAtOnce() {
        offer("a");
        offer("b");
        queue.drain();

        assertThat(stalled.bytes()).isZero();
    }

    /** Leaves a write unfinished for so long that large frames go off the heap. */
    private void stall() {
        wire.mode(FakeTransport.Mode.HELD);
        offer("first");
        queue.drain();
        time.advance(Duration.ofNanos(OutboundQueue.OFF_HEAP_AFTER_NANOS + 1));
    }

    @Test
    void storesLargeFramesOffHeapWhileTheReaderIsStalled() {
        String large = "x".repeat(OffHeapFrames.SMALLEST);
        stall();

        publication(large + "1");
        publication("small");
        publication(large + "2");

        assertThat(stalled.offHeap().used()).isEqualTo(2 * OffHeapFrames.BLOCK);
        assertThat(queue.bytes()).isEqualTo(2 * (large.length() + 1) + "small".length());
        wire.complete();
        wire.complete();
        assertThat(wire.messages()).containsExactly("first", large + "1", "small", large + "2");
        assertThat(stalled.offHeap().used()).isZero();
        assertThat(stalled.bytes()).isZero();
    }

    @Test
    void keepsFramesOnTheHeapUnlessTheyAreLargeAndTheReaderIsStalled() {
        String large = "x".repeat(OffHeapFrames.SMALLEST);
        wire.mode(FakeTransport.Mode.HELD);
        offer("first");
        queue.drain();

        time.advance(Duration.ofNanos(OutboundQueue.OFF_HEAP_AFTER_NANOS));
        offer(large);
        time.advance(Duration.ofNanos(1));
        offer(large.substring(1));
        wire.complete();
        offer(large);

        assertThat(stalled.offHeap().kept()).isZero();
        assertThat(queue.messages()).isEqualTo(1);
    }

    @Test
    void rejectedAndDroppedFramesTakeNoOffHeapMemory() {
        Limits two = new TestLimits().queue(2, 100_000).build();
        String large = "x".repeat(10_000);
        stall();
        assertThat(offer(large, two)).isTrue();
        assertThat(offer(large, two)).isTrue();
        assertThat(offer(large, two)).isFalse();
        assertThat(stalled.offHeap().used()).isEqualTo(4 * OffHeapFrames.BLOCK);

        queue.close();
        offer(large);

        assertThat(stalled.offHeap().used()).isZero();
        assertThat(stalled.bytes()).isZero();
    }

    @Test
    void keepsFramesOnTheHeapBeyondTheOffHeapBound() {
        Limits limits = new TestLimits().stalled(1).build();
        String large = "x".repeat(OffHeapFrames.SMALLEST);
        stall();

        assertThat(offer(large, limits)).isTrue();

        assertThat(stalled.offHeap().used()).isZero();
        wire.complete();
        assertThat(wire.messages()).containsExactly("first", large);
    }

    @Test
    void failsWhenThereIsNoMemoryForTheWrite() {
        publication("lost");
        time.onNextLook(() -> {
            throw new OutOfMemoryError("none left");
        });

        queue.drain();

        assertThat(listener.failure.get()).hasMessage("none left");
        assertThat(counters.dropped(Counters.Drop.CLOSED)).isEqualTo(1);
        assertThat(queue.idle()).isTrue();
        assertThat(wire.frames()).isEmpty();
    }

    @Test
    void failsWhenItsTransportRunsOutOfMemory() {
        wire.whileWriting(() -> {
            throw new OutOfMemoryError("none left");
        });
        offer("first");
        queue.drain();

        offer("second");
        queue.drain();

        assertThat(listener.failure.get()).hasMessage("none left");
        assertThat(queue.idle()).isTrue();
        assertThat(wire.frames()).hasSize(1);
    }

    @Test
    void takesAFrameBehindAStalledWriteThatJustReachesTheCommonBound() {
        Limits limits = new TestLimits().stalled(150_000).build();
        wire.mode(FakeTransport.Mode.HELD);
        offer("under way");
        queue.drain();
        assertThat(offer("x".repeat(70_000), limits)).isTrue();

        assertThat(offer("x".repeat(80_001), limits)).isFalse();
        assertThat(offer("x".repeat(80_000), limits)).isTrue();

        assertThat(stalled.bytes()).isEqualTo(150_000);
    }

    @Test
    void eachStalledReaderMayHaveAsMuchAsOneWriteCarriesWhateverTheOthersHave() {
        Limits limits = new TestLimits().stalled(1).build();
        wire.mode(FakeTransport.Mode.HELD);
        offer("under way");
        queue.drain();

        assertThat(offer("x".repeat(OutboundQueue.MAX_JOINED_BYTES), limits)).isTrue();
        assertThat(offer("x", limits)).isFalse();
    }

    @Test
    void storesTheSmallestFrameThatIsWorthABlockOffTheHeap() {
        wire.mode(FakeTransport.Mode.HELD);
        offer("under way");
        queue.drain();
        time.advance(Duration.ofNanos(OutboundQueue.OFF_HEAP_AFTER_NANOS + 1));

        offer("x".repeat(OffHeapFrames.SMALLEST - 1));
        assertThat(stalled.offHeap().used()).isZero();
        offer("x".repeat(OffHeapFrames.SMALLEST));

        assertThat(stalled.offHeap().used()).isEqualTo(OffHeapFrames.BLOCK);
    }

    @Test
    void discardsWhatWaitsWhenItIsClosedDuringAWriteThatIsNotTaken() {
        wire.mode(FakeTransport.Mode.HELD);
        wire.whileWriting(() -> {
            publication("waits");
            queue.close();
        });
        offer("under way");

        queue.drain();

        assertThat(queue.messages()).isZero();
        assertThat(counters.dropped(Counters.Drop.CLOSED)).isEqualTo(1);
        assertThat(wire.messages()).containsExactly("under way");
    }
}
