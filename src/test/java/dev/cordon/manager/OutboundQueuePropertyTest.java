package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.config.Mode;
import dev.cordon.protocol.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Offers, drains, completions and closes in random order, by one thread and by several. */
class OutboundQueuePropertyTest {
    private static final Limits TEN = new TestLimits().queue(10, 400_000).build();

    /** 0–59 offers a frame of a size that grows with the number, 60–79 drains, 80–98 ends a write, 99 closes. */
    @Property(tries = 500)
    void keepsItsOrderItsBoundsAndItsCounts(
            @ForAll @Size(min = 1, max = 120) List<@IntRange(min = 0, max = 99) Integer> steps,
            @ForAll boolean inline) {
        FakeTransport wire = new FakeTransport().mode(inline ? FakeTransport.Mode.INLINE : FakeTransport.Mode.HELD);
        Counters counters = new Counters();
        StalledQueues stalled = new StalledQueues();
        OutboundQueue queue = new OutboundQueue(wire, counters, stalled, slow(), new RecordingListener());
        List<String> taken = new ArrayList<>();
        for (int step : steps) {
            if (step < 60) {
                String message = taken.size() + ":" + "x".repeat(step * 2_000);
                if (queue.offer(Frame.of(message), 1, TEN)) {
                    taken.add(message);
                }
            } else if (step < 80) {
                queue.drain();
            } else if (step < 99) {
                wire.complete();
            } else {
                queue.close();
            }
            assertThat(queue.messages()).isBetween(0, 10);
            assertThat(queue.bytes()).isBetween(0L, 400_000L);
        }
        queue.drain();
        while (wire.complete()) {
            queue.drain();
        }

        List<String> written = wire.frames().isEmpty() ? List.of() : wire.messages();
        assertThat(written).isEqualTo(taken.subList(0, written.size()));
        assertThat(counters.delivered()).isEqualTo(written.size());
        assertThat(counters.dropped(Counters.Drop.CLOSED)).isEqualTo(taken.size() - written.size());
        assertThat(steps.contains(99) || written.size() == taken.size()).isTrue();
        assertThat(wire.overlaps()).isZero();
        assertThat(wire.frames()).allMatch(OutboundQueuePropertyTest::joinedWithinBound);
        assertThat(queue.messages()).isZero();
        assertThat(queue.bytes()).isZero();
        assertThat(stalled.bytes()).isZero();
        assertThat(stalled.offHeap().used()).isZero();
    }

    /** A clock by which frames behind a write have waited long. */
    private static HandTime slow() {
        HandTime time = new HandTime();
        time.passing(Duration.ofSeconds(1));
        return time;
    }

    private static boolean joinedWithinBound(Frame frame) {
        return frame.size() <= 64 * 1024 || frame.text().indexOf('\n') < 0;
    }

    /** Four threads offer and drain, another may complete the writes, and a fifth may close the queue. */
    @Property(tries = 60)
    void keepsEachThreadsOrderUnderRaces(
            @ForAll @IntRange(max = 3) int ending, @ForAll @IntRange(max = 400) int closeAfter) throws Exception {
        int perThread = 200;
        Limits roomy = new TestLimits().queue(1_024, 64 * 1024 * 1024).build();
        String large = "x".repeat(OffHeapFrames.SMALLEST);
        Counters counters = new Counters();
        StalledQueues stalled = new StalledQueues();
        ExecutorService io = Executors.newSingleThreadExecutor();
        AtomicInteger offered = new AtomicInteger();
        try {
            AsyncTransport wire = new AsyncTransport(io, ending);
            OutboundQueue queue = new OutboundQueue(wire, counters, stalled, slow(), new RecordingListener());
            Runnable[] threads = new Runnable[5];
            for (int i = 0; i < 4; i++) {
                int thread = i;
                threads[i] = () -> {
                    for (int n = 0; n < perThread; n++) {
                        queue.offer(Frame.of(thread + ":" + n + (n % 2 == 0 ? large : "")), 1, roomy);
                        offered.incrementAndGet();
                        if (n % 3 == 0) {
                            queue.drain();
                        }
                    }
                    queue.drain();
                };
            }
            threads[4] = () -> {
                while (ending == 3 && offered.get() < closeAfter) {
                    Thread.onSpinWait();
                }
                if (ending == 3) {
                    queue.close();
                }
            };
            Racing.run(threads);
            await().pollInterval(Duration.ofMillis(1)).until(queue::idle);

            assertThat(wire.overlaps()).isZero();
            List<String> written = wire.frames().isEmpty() ? List.of() : wire.messages();
            for (int i = 0; i < 4; i++) {
                String prefix = i + ":";
                List<String> of = written.stream()
                        .filter(m -> m.startsWith(prefix))
                        .map(m -> m.replace(large, ""))
                        .toList();
                // No gap inside: frames are missing at the end only, so that a client never resumes behind a gap.
                assertThat(of)
                        .isEqualTo(IntStream.range(0, of.size())
                                .mapToObj(n -> prefix + n)
                                .toList());
            }
            assertThat(ending == 3 || written.size() == 4 * perThread).isTrue();
            assertThat(counters.delivered()).isEqualTo(written.size());
            assertThat(counters.delivered() + counters.dropped(Counters.Drop.CLOSED))
                    .isEqualTo(4L * perThread);
            assertThat(queue.messages()).isZero();
            assertThat(stalled.bytes()).isZero();
            assertThat(queue.idle()).isTrue();
            assertThat(stalled.offHeap().used()).isZero();
        } finally {
            io.shutdownNow();
        }
    }

    @Test
    void writesNoFrameAfterADroppedOne() {
        Limits roomy = new TestLimits().queue(10_000, 1024 * 1024).build();
        for (int round = 0; round < 300; round++) {
            FakeTransport wire = new FakeTransport();
            OutboundQueue queue = emptyQueue(wire);
            for (int n = 0; n < 5_000; n++) {
                queue.offer(Frame.of(Integer.toString(n)), 1, roomy);
            }
            int early = round * 15;
            AtomicInteger ready = new AtomicInteger();
            Runnable drain = () -> {
                ready.incrementAndGet();
                queue.drain();
            };
            Runnable close = () -> {
                while (ready.get() == 0 || queue.messages() > 5_000 - early) {
                    Thread.onSpinWait();
                }
                queue.close();
            };
            Racing.run(drain, close);

            List<String> written = wire.frames().isEmpty() ? List.of() : wire.messages();
            assertThat(written)
                    .isEqualTo(IntStream.range(0, written.size())
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(queue.messages()).isZero();
        }
    }

    private static OutboundQueue emptyQueue(FakeTransport wire) {
        return new OutboundQueue(wire, new Counters(), new StalledQueues(), () -> 2, new RecordingListener());
    }

    /** Completes inline, on another thread, or by turns. */
    private static final class AsyncTransport extends FakeTransport {
        private final ExecutorService io;
        private final int ending;
        private final AtomicInteger writes = new AtomicInteger();

        AsyncTransport(ExecutorService io, int ending) {
            this.io = io;
            this.ending = ending;
        }

        @Override
        public void write(Frame frame, Completion completion) {
            int number = writes.incrementAndGet();
            boolean inline = ending == 0 || (ending >= 2 && number % 2 == 0);
            if (inline) {
                super.write(frame, completion);
            } else {
                mode(Mode.HELD);
                super.write(frame, completion);
                mode(Mode.INLINE);
                io.execute(this::complete);
            }
        }
    }
}
