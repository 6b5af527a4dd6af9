package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.cordon.log.LogUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of the log on the grid as this node sees it: available or lost. It is lost while the grid has ended here, and
 * while fewer members are there than its quorum asks for. It is lost since a call failed, until one succeeds and none has
 * failed for a second: on a member that is cut off, some calls go on succeeding. Logs one line for each loss and each
 * return. Thread-safe.
 */
final class GridAvailability {
    private static final System.Logger LOG = System.getLogger(GridAvailability.class.getName());

    /** Time without a failure after which a success ends a loss. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final HazelcastInstance hazelcast;
    private final IMap<String, byte[]> probed;
    private final AtomicReference<@Nullable Loss> loss = new AtomicReference<>();
    private final AtomicBoolean probing = new AtomicBoolean();

    /** A loss, its beginning, and its last sign. */
    private record Loss(String told, long at, long last) {
        Duration lasting() {
            return Duration.ofNanos(System.nanoTime() - at);
        }
    }

    /** @param probed a map of the log */
    GridAvailability(HazelcastInstance hazelcast, IMap<String, byte[]> probed) {
        this.hazelcast = hazelcast;
        this.probed = probed;
    }

    /** Runs a call to the grid, and notes whether it came through. */
    <T> T watch(Supplier<T> call) {
        try {
            T result = Grid.call(call);
            regain();
            return result;
        } catch (LogUnavailableException e) {
            lose(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** The last reason why the log cannot be used. Does not wait: while calls fail, it tries one for the next time. */
    Optional<String> lost() {
        check();
        return Optional.ofNullable(loss.get()).map(Loss::told);
    }

    /** Time since the log was lost. Zero while it is available. */
    Duration lostFor() {
        check();
        Loss present = loss.get();
        return present == null ? Duration.ZERO : present.lasting();
    }

    private void check() {
        if (!hazelcast.getLifecycleService().isRunning()) {
            lose("the data grid has ended on this node: restart the process");
        } else if (!GridQuorum.reached(hazelcast, probed.getName())) {
            lose("too few members of the data grid are there: this node may be in the smaller part of a split");
        } else if (loss.get() != null) {
            probe();
        }
    }

    private void probe() {
        if (!probing.compareAndSet(false, true)) {
            return;
        }
        try {
            probed.getAsync("probe").whenComplete((value, failure) -> {
                probing.set(false);
                if (failure == null) {
                    regain();
                }
            });
        } catch (RuntimeException e) {
            probing.set(false);
            LOG.log(Level.DEBUG, "The data grid still fails", e);
        }
    }

    private void lose(String told) {
        long now = System.nanoTime();
        if (loss.getAndUpdate(present -> new Loss(told, present == null ? now : present.at(), now)) == null) {
            LOG.log(
                    Level.ERROR,
                    "The log on the data grid is lost: {0}. Publishes are rejected until it is back; connections stay",
                    told);
        }
    }

    private void regain() {
        Loss ended = loss.get();
        if (ended != null && System.nanoTime() - ended.last() >= QUIET.toNanos() && loss.compareAndSet(ended, null)) {
            LOG.log(
                    Level.INFO,
                    "The log on the data grid is back after {0} s",
                    ended.lasting().toSeconds());
        }
    }
}
