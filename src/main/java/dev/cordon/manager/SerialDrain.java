package dev.cordon.manager;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A work-in-progress counter, as in implementations of Reactive Streams. Of many threads that request a drain, one at a
 * time carries it out, and no request is lost. Lock-free.
 *
 * <pre>{@code
 * if (drain.enter()) {
 *     int requests = drain.requests();
 *     do {
 *         // everything that waits
 *         requests = drain.leave(requests);
 *     } while (requests > 0);
 * }
 * }</pre>
 */
public final class SerialDrain {
    private static final VarHandle REQUESTS = FieldHandles.field(MethodHandles.lookup(), "requests", int.class);

    /** The number of requests that no drain has served. The thread that raised it from 0 owns the drain. */
    private volatile int requests;

    /** Requests a drain. Returns true when the calling thread must carry it out; else the drain's owner does. */
    public boolean enter() {
        return (int) REQUESTS.getAndAdd(this, 1) == 0;
    }

    /** Runs the work until every request has been served. Only for the thread that owns the drain. */
    public void serve(Runnable work) {
        int requests = requests();
        do {
            work.run();
            requests = leave(requests);
        } while (requests > 0);
    }

    /** The number of requests so far. Writes made before these requests are visible to the caller. */
    public int requests() {
        return requests;
    }

    /**
     * Ends a drain that has served {@code served} requests. Only for the thread that owns it.
     *
     * @return the number of requests that came meanwhile, with which the caller goes on. 0 when it no longer owns the
     *     drain
     */
    public int leave(int served) {
        return (int) REQUESTS.getAndAdd(this, -served) - served;
    }
}
