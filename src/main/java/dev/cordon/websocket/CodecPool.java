package dev.cordon.websocket;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of objects that hold memory of zlib, which the collector does not see. Objects are made when they are
 * first needed. Thread-safe; no object is made or ended under the lock.
 *
 * <p>Separate from the other pools: it bounds the objects in use too, and each must be ended.
 */
final class CodecPool<T> {
    private final Supplier<T> maker;
    private final Consumer<T> ender;
    private final Semaphore free;
    private final ArrayDeque<T> idle = new ArrayDeque<>();
    private boolean ended;

    /**
     * @param most most objects, idle or in use
     * @param ender frees the memory of an object
     */
    CodecPool(int most, Supplier<T> maker, Consumer<T> ender) {
        this.maker = maker;
        this.ender = ender;
        this.free = new Semaphore(most);
    }

    /** Returns an object, which belongs to the caller until {@link #give}; null if all are in use. */
    @Nullable
    T tryTake() {
        return free.tryAcquire() ? idleOrNew() : null;
    }

    /**
     * Returns an object, which belongs to the caller until {@link #give}. Waits while all are in use: call it only
     * where their users compute and wait for nothing.
     */
    T take() {
        free.acquireUninterruptibly();
        return idleOrNew();
    }

    private T idleOrNew() {
        T taken = pollIdle();
        if (taken != null) {
            return taken;
        }
        boolean made = false;
        try {
            T fresh = maker.get();
            made = true;
            return fresh;
        } finally {
            if (!made) {
                // No memory: the place must not be lost with the error.
                free.release();
            }
        }
    }

    private @Nullable T pollIdle() {
        synchronized (idle) {
            return idle.pollLast();
        }
    }

    /** Takes an object back, which the caller has reset and must not touch afterwards. */
    void give(T used) {
        boolean keep;
        synchronized (idle) {
            keep = !ended;
            if (keep) {
                idle.addLast(used);
            }
        }
        if (!keep) {
            ender.accept(used);
        }
        free.release();
    }

    /** Ends the idle objects, and from now on each that is given back. Idempotent. */
    void end() {
        ArrayDeque<T> all;
        synchronized (idle) {
            ended = true;
            all = new ArrayDeque<>(idle);
            idle.clear();
        }
        all.forEach(ender);
    }

    /** Number of objects that are not in use. */
    int idle() {
        synchronized (idle) {
            return idle.size();
        }
    }
}
