package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.Membership;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.NodeDirectoryContract;
import dev.cordon.log.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

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

    @Test
    @DisplayName("after a stall of the database nobody is taken for lost, though the node itself has seen no pause")
    void judgesNobodyAfterAStall() {
        NodeDirectory a = directory("a");
        NodeDirectory b = directory("b");
        b.beat(NodeDirectory.State.READY, LOAD);
        lose("nobody", a);
        database.run("UPDATE cordon_node SET beat_at = beat_at - INTERVAL '1 minute'");

        NodeDirectory.Beat first = a.beat(NodeDirectory.State.READY, LOAD);

        assertThat(first.lost()).isEmpty();
        assertThat(first.nodes()).hasSize(2);
        assertThat(a.beat(NodeDirectory.State.READY, LOAD).lost())
                .extracting(NodeDirectory.Node::id)
                .containsExactly("b");
    }

    @AfterEach
    void close() {
        database.close();
    }
}
