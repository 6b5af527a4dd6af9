package dev.cordon.grid;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import dev.cordon.log.LogUnavailableException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Whether enough members are there for the log. Hazelcast rejects calls without its quorum, but too late for one case: a
 * member that is cut off removes the others at its heartbeats, perhaps one after the other. In between it counts enough
 * members, while what it writes has lost its backup. So after a member has left, an answer waits until the others that may
 * be silent too are removed (ADR 0030). Thread-safe.
 */
final class GridQuorum implements AutoCloseable {
    static final String TOO_FEW = "too few members of the data grid are there";

    private static final String HEARTBEATS = "hazelcast.heartbeat.interval.seconds";
    /** Hazelcast's own, where the grid's file says nothing. */
    private static final String USUAL_HEARTBEATS = "5";

    private static final Duration SPARE = Duration.ofMillis(500);

    private final Cluster cluster;
    /** 0 for a grid without a quorum. */
    private final int least;

    private final long settledNanos;
    private final UUID listener;
    /** Guarded by this object's lock for writing. */
    private volatile Set<Member> known;

    private volatile long lastLoss;

    /** @param map one of the log's maps, which have the quorum of the grid's file */
    GridQuorum(HazelcastInstance hazelcast, String map) {
        this.cluster = hazelcast.getCluster();
        this.least = least(hazelcast.getConfig(), map);
        String interval = hazelcast.getConfig().getProperty(HEARTBEATS);
        Duration heartbeat = Duration.ofSeconds(Long.parseLong(interval == null ? USUAL_HEARTBEATS : interval));
        this.settledNanos = heartbeat.multipliedBy(2).plus(SPARE).toNanos();
        this.known = Set.copyOf(cluster.getMembers());
        this.lastLoss = System.nanoTime() - settledNanos;
        this.listener = cluster.addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                note(cluster.getMembers());
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                note(cluster.getMembers());
            }
        });
    }

    private static int least(Config config, String map) {
        String name = config.findMapConfig(map).getSplitBrainProtectionName();
        return name == null || !config.getSplitBrainProtectionConfig(name).isEnabled()
                ? 0
                : config.getSplitBrainProtectionConfig(name).getMinimumClusterSize();
    }

    /** Returns false while fewer members are there than the grid's file asks for, for this map. Does not wait. */
    static boolean reached(HazelcastInstance hazelcast, String map) {
        return hazelcast.getCluster().getMembers().size() >= least(hazelcast.getConfig(), map);
    }

    /**
     * Returns when what was written before the call is in the part of the grid that goes on. That takes more than two
     * heartbeats after a member has left, and no time otherwise.
     *
     * @throws LogUnavailableException if it may be in another part
     */
    void confirm() {
        if (least == 0) {
            return;
        }
        // By the list itself: the event of a member that has just left may still be on its way.
        note(cluster.getMembers());
        for (long left = left(); left > 0; left = left()) {
            try {
                TimeUnit.NANOSECONDS.sleep(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LogUnavailableException("interrupted while waiting for the data grid");
            }
        }
        if (cluster.getMembers().size() < least) {
            throw new LogUnavailableException(TOO_FEW);
        }
    }

    private long left() {
        return lastLoss + settledNanos - System.nanoTime();
    }

    private void note(Set<Member> present) {
        if (!present.equals(known)) {
            remember(present);
        }
    }

    private synchronized void remember(Set<Member> present) {
        if (!present.containsAll(known)) {
            lastLoss = System.nanoTime();
        }
        known = Set.copyOf(present);
    }

    @Override
    public void close() {
        Grid.unlisten(() -> cluster.removeMembershipListener(listener));
    }
}
