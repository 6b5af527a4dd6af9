package dev.cordon.jdbc;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A fair mutex for each channel. Callers that need a row which another session has locked then occupy one of the log's
 * threads, and not all of them. A caller waits on its own thread. There are no more mutexes than callers. Thread-safe.
 *
 * <p>No serial drain: each caller needs its own result, and waits for it no longer than its patience.
 */
final class ChannelMutexes {
    private final ConcurrentHashMap<String, Mutex> mutexes = new ConcurrentHashMap<>();
    private final Duration patience;

    private static final class Mutex {
        private final Semaphore free = new Semaphore(1, true);
        /** Changed under the lock of the mutex's map entry. */
        private int callers;
    }

    /** @param patience how long a caller waits for the mutex */
    ChannelMutexes(Duration patience) {
        this.patience = patience;
    }

    /** @throws LogUnavailableException when the mutex is not free within the patience */
    <T> T exclusively(Channel channel, Supplier<T> call) {
        Mutex mutex = mutexes.compute(channel.name(), (name, present) -> {
            Mutex of = present == null ? new Mutex() : present;
            of.callers++;
            return of;
        });
        try {
            if (!mutex.free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new LogUnavailableException(SqlFailure.HELD_CHANNEL);
            }
            try {
                return call.get();
            } finally {
                mutex.free.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while waiting for the log");
        } finally {
            mutexes.computeIfPresent(channel.name(), (name, of) -> --of.callers == 0 ? null : of);
        }
    }

    /** Number of channels with callers. */
    int size() {
        return mutexes.size();
    }
}
