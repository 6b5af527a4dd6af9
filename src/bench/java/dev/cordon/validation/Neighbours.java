package dev.cordon.validation;

import dev.cordon.legacy.LegacyManager;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.validation.Run.Subject;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What others feel of one slow reader: the p99 of paced messages to healthy users, alone and beside a user whose every write ends
 * {@link #DELAY} later. Times run from when a message was due, so that waiting before it counts.
 */
final class Neighbours implements AutoCloseable {
    static final Duration DELAY = Duration.ofMillis(20);

    private static final int HEALTHY = 100;
    private static final long PACE_NANOS = 1_000_000;

    private final Run run;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    Neighbours(Run run) {
        this.run = run;
    }

    /** The p99 in microseconds of one round. */
    double round(Subject subject, boolean beside) {
        LegacyManager manager = run.fresh(subject);
        Crowd crowd = new Crowd(manager, HEALTHY);
        crowd.connect();
        UserId slow = new UserId("slow");
        Wire wire = new Wire(slow, new Ledger());
        manager.connect(slow, new SessionId("browser"), new Slow(wire, timer));
        AtomicBoolean over = new AtomicBoolean(!beside);
        Thread flood = new Thread(
                () -> {
                    while (!over.get()) {
                        manager.send(slow, Crowd.PAYLOAD);
                        java.util.concurrent.locks.LockSupport.parkNanos(PACE_NANOS);
                    }
                },
                "slow-user");
        flood.start();
        pace(crowd);
        over.set(true);
        join(flood);
        run.count(crowd.ledger);
        manager.releaseAll();
        return crowd.ledger.latency().getValueAtPercentile(99) / 1e3;
    }

    /** A message a millisecond to the healthy in turn. */
    private void pace(Crowd crowd) {
        long start = System.nanoTime() + PACE_NANOS;
        int messages = Math.min(run.options().messages() / 10, 600);
        for (int i = 0; i < messages; i++) {
            long due = start + i * PACE_NANOS;
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            crowd.sendDue(i % HEALTHY, due);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Ends each write later, on another thread. */
    private record Slow(Wire wire, ScheduledExecutorService timer) implements Transport {
        @Override
        public void write(Frame frame, Completion completion) {
            Future<?> unused =
                    timer.schedule(() -> wire.write(frame, completion), DELAY.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void close(Disconnect disconnect) {
            wire.close(disconnect);
        }

        @Override
        public String remoteAddress() {
            return wire.remoteAddress();
        }
    }
}
