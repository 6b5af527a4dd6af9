package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Wakeup;
import dev.cordon.cluster.WakeupContract;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.UserId;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
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

    @Test
    @DisplayName("a node ignores what nodes of another log in the same database tell")
    void ignoresOtherLogs() {
        Node a = node("a");
        try (SharedDatabase elsewhere = new SharedDatabase()) {
            ClusterCounters counters = new ClusterCounters();
            Wakeup other = elsewhere.log().wakeup("other", counters);

            other.wake(users(1));
            Awaitility.await().until(() -> counters.wakeupsSent.sum() == 1);
            other.wake(users(DatabaseWakeup.MAX_USERS + 1));
            Awaitility.await().until(() -> counters.wakeupsSent.sum() == 3);
            other.wake(users(mostNamed() + 1));
            Awaitility.await().until(() -> counters.wakeupsSent.sum() == 4);
            elsewhere.log().orders("other").send(DisconnectOrder.all(new UserId("alice"), Disconnect.SHUTDOWN));
            other.close();
        }
        // Notifications come in the order of their commits. A node of a version before does not say whose log it is.
        database.run("SELECT pg_notify('cordon_wakeup', '1:before:!')");

        Awaitility.await().until(() -> a.heard().orders.get() > 0);
        assertThat(a.heard().orders).hasValue(1);
        assertThat(a.heard().woken).isEmpty();
        assertThat(a.heard().unsure).hasValue(0);
    }

    @AfterEach
    void close() {
        database.close();
    }
}
