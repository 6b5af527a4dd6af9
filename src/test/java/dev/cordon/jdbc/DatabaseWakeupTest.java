package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Wakeup;
import dev.cordon.cluster.WakeupContract;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "1:other:not hashes",
                "1:other:AbCdEfGh!",
                "1:other:!!!!!!!!",
                "2:other:?AbCdEf",
                "no form at all",
                "9:other:AbCdEfGh"
            })
    @DisplayName("a notification that cannot be read wakes all, and the next one is heard")
    void hearsOnAfterNonsense(String notification) {
        Node a = node("a");

        database.run("SELECT pg_notify('cordon_wakeup', '" + notification + "')");
        Awaitility.await().until(() -> a.heard().unsure.get() == 1);
        database.run("SELECT pg_notify('cordon_wakeup', '1:other:!')");

        Awaitility.await().until(() -> a.heard().orders.get() == 1);
        assertThat(a.heard().secrets).hasSize(1);
        assertThat(a.heard().woken).isEmpty();
    }

    @AfterEach
    void close() {
        database.close();
    }
}
