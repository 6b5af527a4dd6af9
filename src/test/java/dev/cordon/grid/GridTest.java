package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.ReplicaMigrationEvent;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GridTest {
    @Test
    @DisplayName("a node has all partitions before others join: they are told of each that they back up")
    void partitionsAreAssignedAtTheStart() {
        try (TestGrid grid = new TestGrid(2)) {
            HazelcastInstance first = grid.member("a");
            Moved moved = new Moved();
            first.getPartitionService().addMigrationListener(moved);

            grid.member("b");

            assertThat(moved.replicas)
                    .hasValueGreaterThanOrEqualTo(
                            first.getPartitionService().getPartitions().size());
        }
    }

    /** Counts the replicas that have come to a member. */
    private static final class Moved implements MigrationListener {
        final AtomicInteger replicas = new AtomicInteger();

        @Override
        public void migrationStarted(MigrationState state) {}

        @Override
        public void migrationFinished(MigrationState state) {}

        @Override
        public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
            replicas.incrementAndGet();
        }

        @Override
        public void replicaMigrationFailed(ReplicaMigrationEvent event) {}
    }
}
