package dev.cordon.validation;

import dev.cordon.log.Appended;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What a {@link Seed} does to a node's wiring; with {@link Seed#NONE} everything passes as it is. Thread-safe. */
final class Fault {
    private static final int CROSSED = 10;

    private final Seed seed;
    private final Queue<Connection> kept = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wires = new AtomicInteger();
    private final AtomicReference<Optional<Transport>> before = new AtomicReference<>(Optional.empty());
    private final Object lock = new Object();

    Fault(Seed seed) {
        this.seed = seed;
    }

    Transport wire(Transport wire) {
        return switch (seed) {
            case FOREIGN -> crossed(wire);
            case LOCK -> new LockedWire(wire, lock);
            default -> wire;
        };
    }

    private Transport crossed(Transport wire) {
        Optional<Transport> other = before.getAndSet(Optional.of(wire));
        boolean cross = wires.incrementAndGet() % CROSSED == 0;
        return cross && other != null ? other.orElse(wire) : wire;
    }

    UserLog log(UserLog log) {
        return seed == Seed.SLOW ? new SlowLog(log, new AtomicInteger()) : log;
    }

    void opened(Connection connection) {
        if (seed == Seed.LEAK) {
            kept.add(connection);
        }
    }

    private record SlowLog(UserLog log, AtomicInteger appends) implements ForwardingUserLog {
        private static final int EVERY = 50;
        private static final long LONG = Duration.ofMillis(2).toNanos();

        @Override
        public Appended append(Channel channel, Payload payload) {
            if (appends.incrementAndGet() % EVERY == 0) {
                long end = System.nanoTime() + LONG;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            }
            return log.append(channel, payload);
        }
    }
}
