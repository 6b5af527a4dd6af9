package dev.cordon.jdbc;

import dev.cordon.cluster.Membership;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.NodeDirectoryContract;
import dev.cordon.log.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

class DatabaseNodesTest extends NodeDirectoryContract {
    private final SharedDatabase database = new SharedDatabase();
    private final HandClock clock = new HandClock();

    @Override
    protected NodeDirectory directory(String node) {
        return database.log(clock).nodes(node(node));
    }

    @Override
    protected void lose(String node, NodeDirectory... others) {
        // A node judges others once it has beaten without a pause.
        for (Duration beaten = Duration.ZERO;
                beaten.compareTo(NodeDirectory.LOST_AFTER) <= 0;
                beaten = beaten.plus(Membership.PERIOD)) {
            clock.advance(Membership.PERIOD);
            for (NodeDirectory other : others) {
                other.beat(NodeDirectory.State.READY, LOAD);
            }
        }
        database.run("UPDATE cordon_node SET beat_at = beat_at - INTERVAL '1 minute' WHERE id = '" + node + "'");
    }

    @AfterEach
    void close() {
        database.close();
    }
}
