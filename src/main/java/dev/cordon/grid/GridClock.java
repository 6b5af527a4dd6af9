package dev.cordon.grid;

import com.hazelcast.cluster.Cluster;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The time of the grid, which each member takes from the master with every heartbeat. So nodes whose clocks differ agree
 * on what is too old: publications, positions, idempotency keys. Thread-safe.
 */
final class GridClock extends Clock {
    private final Cluster cluster;

    GridClock(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(cluster.getClusterTime());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** The zone does not matter: nothing asks this clock for a date. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
