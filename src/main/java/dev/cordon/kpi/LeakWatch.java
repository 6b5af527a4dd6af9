package dev.cordon.kpi;

import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManager;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether released managers are collected. A witness tells: an object held until it is as old as objects get, then let go. When it is
 * gone, the old generation has been collected since. A manager that was released {@link #SETTLED} and {@link #OLD_AFTER} collections
 * before the witness was let go, and is still there after {@link #SURVIVED} such witnesses, is held by somebody. What a server keeps for
 * a moment (a pool, a time-out, a selector's keys) has let go by then, and what a collector leaves over in one cycle goes with the next.
 * Refers to managers weakly, at most {@link #MOST} at a time; those released beyond are not watched. Thread-safe.
 */
public final class LeakWatch {
    static final int MOST = 10_000;

    /** The most collections an object can live through in the young generation (HotSpot's MaxTenuringThreshold), and one. */
    static final int OLD_AFTER = 16;

    /** So long after its release a manager may still be referred to by what ends with its socket. */
    static final Duration SETTLED = Duration.ofMinutes(5);

    /** So many collections of the old generation a manager has to survive. */
    static final int SURVIVED = 2;

    private final LongSupplier collections;
    private final Ticker ticker;
    private final Queue<Released> released = new ConcurrentLinkedQueue<>();
    private final AtomicInteger watched = new AtomicInteger();
    private @Nullable Object witness;
    private WeakReference<Object> gone = new WeakReference<>(new Object());
    private long born;
    private long letGo;
    private long letGoAt;
    private long testimonies;
    private volatile long leaked;

    /** One that was released; its count is guarded by the watch's lock. */
    private static final class Released {
        private final WeakReference<WebSocketManager> manager;
        private final long at;
        /** As the first look after the release found them; negative before it. */
        private long collections = -1;

        private int survived;

        Released(WebSocketManager manager, long at) {
            this.manager = new WeakReference<>(manager);
            this.at = at;
        }
    }

    /** @param collections so far, of any kind */
    LeakWatch(LongSupplier collections, Ticker ticker) {
        this.collections = collections;
        this.ticker = ticker;
        call();
    }

    /** Of this process. */
    public LeakWatch(Ticker ticker) {
        this(LeakWatch::collectionsSoFar, ticker);
    }

    private static long collectionsSoFar() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(bean ->
                        !bean.getName().contains("Pauses") && !bean.getName().contains("Concurrent"))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    /** On whatever thread releases. */
    public void released(WebSocketManager manager) {
        if (watched.incrementAndGet() > MOST) {
            watched.decrementAndGet();
            return;
        }
        released.add(new Released(manager, ticker.nanos()));
    }

    /** Called by one timer. */
    synchronized void observe() {
        if (witness != null) {
            if (collections.getAsLong() - born >= OLD_AFTER) {
                witness = null;
                letGo = ticker.nanos();
                letGoAt = collections.getAsLong();
            }
        } else if (gone.get() == null) {
            testimonies++;
            released.forEach(this::testify);
            call();
        }
        count();
    }

    /** The next witness. */
    private void call() {
        Object next = new Object();
        witness = next;
        gone = new WeakReference<>(next);
        born = collections.getAsLong();
    }

    /** The old generation has been collected since the witness was let go. */
    private void testify(Released of) {
        if (of.collections >= 0 && letGo - of.at >= SETTLED.toNanos() && letGoAt - of.collections >= OLD_AFTER) {
            of.survived++;
        }
    }

    private void count() {
        long held = 0;
        long now = collections.getAsLong();
        for (Iterator<Released> each = released.iterator(); each.hasNext(); ) {
            Released one = each.next();
            if (one.manager.get() == null) {
                each.remove();
                watched.decrementAndGet();
            } else if (one.collections < 0) {
                one.collections = now;
            } else if (one.survived >= SURVIVED) {
                held++;
            }
        }
        leaked = held;
    }

    /** Released long ago, and there although the old generation has been collected {@link #SURVIVED} times since. */
    long leaked() {
        return leaked;
    }

    /** How often it is known that the old generation has been collected. */
    synchronized long testimonies() {
        return testimonies;
    }

    /** Released, and not collected so far. */
    long uncollected() {
        return watched.get();
    }
}
