package dev.cordon.kpi;

import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManager;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether released managers are collected. A witness tells: an object held until it is as old as objects get, then let go. When it is
 * gone, the old generation has been collected since, and a manager released before the witness was let go and still there is held by
 * somebody. Refers to managers weakly, at most {@link #MOST} at a time; those released beyond are not watched. Thread-safe.
 */
public final class LeakWatch {
    static final int MOST = 10_000;

    /** The most collections an object can live through in the young generation (HotSpot's MaxTenuringThreshold), and one. */
    static final int OLD_AFTER = 16;

    private final LongSupplier collections;
    private final Ticker ticker;
    private final Queue<Released> released = new ConcurrentLinkedQueue<>();
    private final AtomicInteger watched = new AtomicInteger();
    private @Nullable Object witness;
    private WeakReference<Object> gone = new WeakReference<>(new Object());
    private long born;
    private long letGo;
    private long testimonies;
    private long proven;
    private volatile long leaked;

    private record Released(WeakReference<WebSocketManager> manager, long at) {}

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
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    /** On whatever thread releases. */
    public void released(WebSocketManager manager) {
        if (watched.incrementAndGet() > MOST) {
            watched.decrementAndGet();
            return;
        }
        released.add(new Released(new WeakReference<>(manager), ticker.nanos()));
    }

    /** Called by one timer. */
    synchronized void observe() {
        if (witness != null) {
            if (collections.getAsLong() - born >= OLD_AFTER) {
                witness = null;
                letGo = ticker.nanos();
            }
        } else if (gone.get() == null) {
            testimonies++;
            proven = letGo;
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

    private void count() {
        long held = 0;
        for (Iterator<Released> each = released.iterator(); each.hasNext(); ) {
            Released one = each.next();
            if (one.manager().get() == null) {
                each.remove();
                watched.decrementAndGet();
            } else if (testimonies > 0 && one.at() - proven < 0) {
                held++;
            }
        }
        leaked = held;
    }

    /** Released, and there although the old generation has been collected since. */
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
