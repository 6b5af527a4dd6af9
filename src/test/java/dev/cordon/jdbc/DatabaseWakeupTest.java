package dev.cordon.jdbc;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Wakeup;
import dev.cordon.cluster.WakeupContract;
import org.junit.jupiter.api.AfterEach;

class DatabaseWakeupTest extends WakeupContract {
    private final SharedDatabase database = new SharedDatabase();

    @Override
    protected Wakeup wakeup(String node, ClusterCounters counters) {
        return database.log().wakeup(node, counters);
    }

    @Override
    protected int mostNamed() {
        return DatabaseWakeup.MAX_USERS * DatabaseWakeup.MAX_NOTIFICATIONS;
    }

    @AfterEach
    void close() {
        database.close();
    }
}
