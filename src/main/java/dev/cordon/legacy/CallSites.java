package dev.cordon.legacy;

import dev.cordon.legacy.MigrationReport.Call;
import java.lang.StackWalker.StackFrame;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The places in the application's code that call the adapter. Each is logged once, counted and listed. At most
 * {@link #MAX} are listed; the calls of others are counted together. Thread-safe.
 *
 * <p>The walk ends at the first frame that is not the adapter's, so it need not read the rest of the stack.
 * The text of a place is made once; later calls find it by class, method and index of the instruction.
 */
final class CallSites {
    /** Most listed places. */
    static final int MAX = 200;

    private static final System.Logger LOG = System.getLogger(CallSites.class.getName());
    private static final Set<Class<?>> OWN = Set.of(CallSites.class, MigrationAdapter.class);

    private final StackWalker walker = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private final ConcurrentHashMap<Key, Site> sites = new ConcurrentHashMap<>();
    private final LongAdder unlisted = new LongAdder();
    private final Clock clock;
    private final int most;
    private volatile boolean full;

    private record Key(Class<?> of, String method, int instruction, Call call) {}

    private static final class Site {
        final String where;
        final Call call;
        final LongAdder calls = new LongAdder();
        volatile long lastAt;

        Site(String where, Call call) {
            this.where = where;
            this.call = call;
        }

        CallSite shown() {
            return new CallSite(where, call, calls.sum(), Instant.ofEpochMilli(lastAt));
        }
    }

    /** @param most listed places */
    CallSites(Clock clock, int most) {
        this.clock = clock;
        this.most = most;
    }

    /** Counts a call of the adapter for the place that it comes from. Call it on the caller's thread. */
    void called(Call call) {
        Optional<StackFrame> caller =
                walker.walk(frames -> frames.dropWhile(frame -> OWN.contains(frame.getDeclaringClass()))
                        .findFirst());
        Optional<Site> site = caller.flatMap(frame -> site(frame, call));
        if (site.isEmpty()) {
            unlisted.increment();
            return;
        }
        site.get().calls.increment();
        site.get().lastAt = clock.millis();
    }

    private Optional<Site> site(StackFrame frame, Call call) {
        Key key = new Key(frame.getDeclaringClass(), frame.getMethodName(), frame.getByteCodeIndex(), call);
        Site known = sites.get(key);
        if (known != null || full) {
            return Optional.ofNullable(known);
        }
        return enter(key, frame);
    }

    private synchronized Optional<Site> enter(Key key, StackFrame frame) {
        Site known = sites.get(key);
        if (known == null && sites.size() >= most) {
            full = true;
            LOG.log(
                    Level.WARNING,
                    "The migration adapter is called from more than {0} places: further ones are neither logged nor listed",
                    most);
        } else if (known == null) {
            known = new Site(frame.toStackTraceElement().toString(), key.call());
            sites.put(key, known);
            LOG.log(
                    Level.WARNING,
                    "{0} calls MigrationAdapter.{1}. Once all users have moved, instead: {2} (docs/migration.md)",
                    known.where,
                    key.call().method(),
                    key.call().instead());
        }
        return Optional.ofNullable(known);
    }

    /** The listed places, those with the most calls first. */
    List<CallSite> all() {
        return sites.values().stream()
                .map(Site::shown)
                .sorted(Comparator.comparingLong(CallSite::calls).reversed().thenComparing(CallSite::where))
                .toList();
    }

    int size() {
        return sites.size();
    }

    /** Calls of places that are not listed. */
    long unlisted() {
        return unlisted.sum();
    }
}
