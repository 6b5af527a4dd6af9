package dev.cordon.manager;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A work-in-progress counter, as Reactive Streams implementations have it: of many threads that request a drain, one at a time
 * carries it out, and no request is lost. Lock-free.
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
 *
 * <p>{@link OutboundQueue} extends it, because a field would be one more object to load for each delivery (ADR 0009).
 */
public class SerialDrain {
    private static final VarHandle REQUESTS = FieldHandles.field(MethodHandles.lookup(), "requests", int.class);

    /** Requests that no drain has served. The thread that raised it from 0 owns the drain. */
    private volatile int requests;

    /** Requests a drain. True when the calling thread must carry it out; else the thread that owns it does. */
    public final boolean enter() {
        return (int) REQUESTS.getAndAdd(this, 1) == 0;
    }

    /** Requests until now: what they are for is visible to the caller. */
    public final int requests() {
        return requests;
    }

    /**
     * Ends a drain that has served so many requests. Only for the thread that owns it.
     *
     * @return requests that came meanwhile: the caller goes on with those. 0 when it owns the drain no longer
     */
    public final int leave(int served) {
        return (int) REQUESTS.getAndAdd(this, -served) - served;
    }
}
