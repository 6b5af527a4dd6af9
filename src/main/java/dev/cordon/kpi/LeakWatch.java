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
 * A detector of released managers that the garbage collector does not free.
 *
 * <p>A witness shows that the old generation was collected: an object that the watch holds for {@link #OLD_AFTER} collections, so that it is
 * in the old generation, and then lets go of. When the witness is gone, the old generation has been collected. A manager is a leak if it was
 * released at least {@link #SETTLED} and {@link #OLD_AFTER} collections before a witness was let go, and has survived {@link #SURVIVED} such
 * witnesses. What a server keeps for a moment, such as a pool or a time-out, ends before that. What a collector leaves over in one cycle goes
 * with the next.
 *
 * <p>The watch refers to managers weakly, to at most {@link #MOST} at a time, and ignores those released beyond. Thread-safe.
 */
public final class LeakWatch {
    static final int MOST = 10_000;

    /** Collections after which an object is in the old generation: HotSpot's MaxTenuringThreshold plus one. */
    static final int OLD_AFTER = 16;

    /** Time after its release in which objects of the socket may still refer to a manager. */
    static final Duration SETTLED = Duration.ofMinutes(5);

    /** Collections of the old generation that a leaked manager has survived. */
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

    /** A released manager. The lock of the watch guards its counts. */
    private static final class Released {
        private final WeakReference<WebSocketManager> manager;
        private final long at;
        /** Number of collections at the first observation after the release; negative before it. */
        private long collections = -1;

        private int survived;

        Released(WebSocketManager manager, long at) {
            this.manager = new WeakReference<>(manager);
            this.at = at;
        }
    }

    /** @param collections number of collections so far, of any kind */
    LeakWatch(LongSupplier collections, Ticker ticker) {
        this.collections = collections;
        this.ticker = ticker;
        call();
    }

    /** A watch of this process. */
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

    /** Takes up a released manager. Any thread may call this. */
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

    /** Creates the next witness. */
    private void call() {
        Object next = new Object();
        witness = next;
        gone = new WeakReference<>(next);
        born = collections.getAsLong();
    }

    /** Counts one collection of the old generation that the manager has survived. */
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

    /** Number of leaked managers. */
    long leaked() {
        return leaked;
    }

    /** Number of known collections of the old generation. */
    synchronized long testimonies() {
        return testimonies;
    }

    /** Number of managers that are released and not collected yet. */
    long uncollected() {
        return watched.get();
    }
}
