package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreTest {
    private final SwitchedConnections connections = new SwitchedConnections(
            TestDatabase.settings(TestDatabase.h2().fresh()).connections());

    /** Connections to a real database that the test can switch off. */
    private static final class SwitchedConnections implements Connections {
        private final Connections real;
        private final AtomicInteger forgotten = new AtomicInteger();
        private volatile String off = "";
        private volatile int isolation = Connection.TRANSACTION_READ_COMMITTED;
        private volatile String product = "";
        private volatile boolean closed;

        SwitchedConnections(Connections real) {
            this.real = real;
        }

        @Override
        public Connection take() throws SQLException {
            if (!off.isEmpty()) {
                throw new SQLException("switched off", off);
            }
            Connection connection = real.take();
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                        if (method.getName().equals("getTransactionIsolation")) {
                            return isolation;
                        }
                        if (method.getName().equals("getMetaData") && !product.isEmpty()) {
                            return Proxy.newProxyInstance(
                                    getClass().getClassLoader(),
                                    new Class<?>[] {java.sql.DatabaseMetaData.class},
                                    (of, asked, nothing) -> product);
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause() == null ? e : e.getCause();
                        }
                    });
        }

        @Override
        public void giveBack(Connection connection, boolean broken) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void forget() {
            forgotten.incrementAndGet();
            real.forget();
        }

        @Override
        public void close() {
            closed = true;
            real.close();
        }
    }

    @Test
    void preparesADatabaseThatCanBeReached() {
        try (Store store = Store.open(connections)) {
            assertThat(store.dialect()).isInstanceOf(H2Dialect.class);
            assertThat(store.database().budget()).isEqualTo(Store.BUDGET);
            assertThat(store.database().availability().lost()).isEmpty();
        }
        assertThat(connections.closed).isTrue();
    }

    @Test
    void preparesADatabaseLaterThatCannotBeReachedAtFirst() {
        connections.off = "08001";
        try (Store store = Store.open(connections, Duration.ofSeconds(20))) {
            assertThat(store.database().availability().lost())
                    .contains("the log's database cannot be used: see the server's log");
            await().until(() -> connections.forgotten.get() > 2);
            assertThat(store.database().availability().lost()).isPresent();

            connections.off = "";

            await().until(() -> store.database().availability().lost().isEmpty());
            assertThat(store.dialect()).isInstanceOf(H2Dialect.class);
        }
    }

    @Test
    void noticesThatALostDatabaseIsBack() {
        try (Store store = Store.open(connections, Duration.ofSeconds(20))) {
            Dialect before = store.dialect();
            connections.off = "08006";
            assertThatThrownBy(() -> store.database().read(connection -> 1)).hasMessageContaining("cannot be used");
            int forgotten = connections.forgotten.get();
            await().until(() -> connections.forgotten.get() > forgotten + 1);
            assertThat(store.database().availability().lost()).isPresent();

            connections.off = "";

            await().until(() -> store.database().availability().lost().isEmpty());
            assertThat(store.database().<Integer>read(connection -> 1)).isEqualTo(1);
            assertThat(store.dialect()).as("not prepared again").isSameAs(before);
        }
    }

    @Test
    void doesNotProbeAnAvailableDatabase() {
        try (Store store = Store.open(connections)) {
            AtomicInteger forgotten = connections.forgotten;
            store.database().availability().lose("told", "why");
            await().until(() -> store.database().availability().lost().isEmpty());

            assertThat(forgotten).hasValue(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"28000", "42501", "42P01"})
    void rejectsADatabaseThatRejectsIt(String state) {
        connections.off = state;

        assertThatThrownBy(() -> Store.open(connections))
                .isInstanceOf(JdbcSettingException.class)
                .hasMessage("the log's database rejects Cordon: switched off (check cordon.jdbc.url, user and password,"
                        + " or the data source)");
        assertThat(connections.closed).isTrue();
    }

    @Test
    void rejectsConnectionsOfAnotherIsolation() {
        connections.isolation = Connection.TRANSACTION_SERIALIZABLE;

        assertThatThrownBy(() -> Store.open(connections))
                .isInstanceOf(JdbcSettingException.class)
                .hasMessageContaining("must be READ COMMITTED");
        assertThat(connections.closed).isTrue();
    }

    @Test
    void rejectsAnotherDatabase() {
        connections.product = "Oracle";

        assertThatThrownBy(() -> Store.open(connections))
                .isInstanceOf(JdbcSettingException.class)
                .hasMessage("the log cannot be stored in Oracle: use PostgreSQL, or H2 on one machine");
        assertThat(connections.closed).isTrue();
    }

    @Test
    void itsWatchDoesNotKeepTheProcessAlive() {
        try (Store store = Store.open(connections)) {
            assertThat(store.dialect()).isNotNull();
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().equals("cordon-log-watch"))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);
        }
    }
}
