package dev.cordon.jdbc;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One call at a time for each channel: callers that need a row which somebody else holds take one of the log's threads and not all of
 * them. A caller waits on its own thread. As many entries as there are callers; thread-safe.
 */
final class Turns {
    private final ConcurrentHashMap<String, Turn> turns = new ConcurrentHashMap<>();
    private final Duration patience;

    /** Of one channel. */
    private static final class Turn {
        private final Semaphore free = new Semaphore(1, true);
        /** Changed under the lock of its place in the map. */
        private int callers;
    }

    /** @param patience how long a caller waits for its turn */
    Turns(Duration patience) {
        this.patience = patience;
    }

    /** @throws LogUnavailableException when its turn does not come */
    <T> T inTurn(Channel channel, Supplier<T> call) {
        Turn turn = turns.compute(channel.name(), (name, present) -> {
            Turn of = present == null ? new Turn() : present;
            of.callers++;
            return of;
        });
        try {
            if (!turn.free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new LogUnavailableException(Trouble.HELD_CHANNEL);
            }
            try {
                return call.get();
            } finally {
                turn.free.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while waiting for the log");
        } finally {
            turns.computeIfPresent(channel.name(), (name, of) -> --of.callers == 0 ? null : of);
        }
    }

    /** Channels that somebody calls for. */
    int size() {
        return turns.size();
    }
}
