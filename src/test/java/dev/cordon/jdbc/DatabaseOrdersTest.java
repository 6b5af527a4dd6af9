package dev.cordon.jdbc;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Orders;
import dev.cordon.cluster.OrdersContract;
import dev.cordon.cluster.Wakeup;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

class DatabaseOrdersTest extends OrdersContract {
    private final SharedDatabase database = new SharedDatabase();

    @Override
    protected Orders orders(String node) {
        return database.log().orders(node);
    }

    @Override
    protected Wakeup wakeup(String node) {
        return database.log().wakeup(node, new ClusterCounters());
    }

    @Override
    protected void pass(Duration time) {
        database.run("UPDATE cordon_order SET made_at = made_at - INTERVAL '" + time.toSeconds() + " seconds'");
    }

    @AfterEach
    void close() {
        database.close();
    }
}
