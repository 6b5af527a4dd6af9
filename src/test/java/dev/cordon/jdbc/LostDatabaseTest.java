package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.HandClock;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database goes away and comes back. */
class LostDatabaseTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Retention RETENTION = new Retention(100, 10_000_000, Duration.ofMinutes(10), 1_000_000_000);

    private final HandClock clock = new HandClock();

    private static void assertBack(JdbcUserLog log) {
        await().atMost(Duration.ofSeconds(20)).until(() -> log.unavailable().isEmpty());
    }

    @Test
    void aRestartOfTheDatabaseLosesNoPublication(@TempDir Path data) {
        try (ServerUnderTest server = new ServerUnderTest(data.resolve("pg"));
                JdbcUserLog log = JdbcUserLog.open(
                        TestDatabase.settings(server.url()), () -> RETENTION, clock, TestDatabase.KEY_WINDOW)) {
            log.append(ALICE, Payload.json("1"));

            server.stop();
            long start = System.nanoTime();
            assertThatThrownBy(() -> log.append(ALICE, Payload.json("2"))).isInstanceOf(LogUnavailableException.class);
            assertThatThrownBy(() -> log.top(ALICE)).isInstanceOf(LogUnavailableException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
            assertThat(log.unavailable()).isPresent();

            server.startAgain();
            assertBack(log);
            Appended third = log.append(ALICE, Payload.json("3"));
            assertThat(third.publication().offset()).isEqualTo(2);
            assertThat(log.history(ALICE, Optional.empty(), -1).publications())
                    .extracting(publication -> publication.payload().text())
                    .containsExactly("1", "3");
        }
    }

    @Test
    void replacesConnectionsThatDiedWhileUnused(@TempDir Path data) {
        try (ServerUnderTest server = new ServerUnderTest(data.resolve("pg"));
                JdbcUserLog log = JdbcUserLog.open(
                        TestDatabase.settings(server.url()), () -> RETENTION, clock, TestDatabase.KEY_WINDOW)) {
            log.append(ALICE, Payload.json("1"));
            server.stop();
            server.startAgain();

            assertThat(log.append(ALICE, Payload.json("2")).publication().offset())
                    .isEqualTo(2);
            assertThat(log.unavailable()).isEmpty();
        }
    }

    /** Connections to a real database, one of whose calls may be made to fail or to hang. */
    private static final class Treacherous implements Connections {
        private final Connections real;
        private final AtomicBoolean commitsAndDies = new AtomicBoolean();
        private final AtomicBoolean hangs = new AtomicBoolean();
        private final CountDownLatch released = new CountDownLatch(1);
        private final AtomicInteger commits = new AtomicInteger();

        Treacherous(String url) {
            this.real = TestDatabase.settings(url).connections();
        }

        @Override
        public Connection take() throws SQLException {
            Connection connection = real.take();
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                        boolean appends = arguments != null
                                && String.valueOf(arguments[0]).contains("cordon_append");
                        if ((appends || method.getName().equals("setAutoCommit")) && hangs.get()) {
                            released.await();
                        }
                        Object result = invoked(connection, method, arguments);
                        if (method.getName().equals("commit")) {
                            committed();
                        }
                        return appends ? appending((PreparedStatement) result) : result;
                    });
        }

        /** A statement that commits by itself. */
        private PreparedStatement appending(PreparedStatement statement) {
            return (PreparedStatement) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {PreparedStatement.class},
                    (self, method, arguments) -> {
                        Object result = invoked(statement, method, arguments);
                        if (method.getName().equals("executeQuery")) {
                            committed();
                        }
                        return result;
                    });
        }

        private void committed() throws SQLException {
            commits.incrementAndGet();
            if (commitsAndDies.getAndSet(false)) {
                throw new SQLException("the line broke", "08006");
            }
        }

        private static Object invoked(Object on, Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(on, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }

        @Override
        public void giveBack(Connection connection, boolean broken) {
            real.giveBack(connection, broken);
        }

        @Override
        public void forget() {
            real.forget();
        }

        @Override
        public void close() {
            released.countDown();
            real.close();
        }
    }

    private static JdbcUserLog open(Treacherous connections, HandClock clock, Duration budget) {
        return new JdbcUserLog(Store.open(connections, budget), () -> RETENTION, clock, TestDatabase.KEY_WINDOW);
    }

    @Test
    void aCommitOfUnknownOutcomeFailsAndItsKeyPreventsASecondPublication() {
        try (TestDatabase database = TestDatabase.postgres()) {
            Treacherous connections = new Treacherous(database.fresh());
            try (JdbcUserLog log = open(connections, clock, Store.BUDGET)) {
                List<Append> append = List.of(new Append(ALICE, Payload.json("1"), Optional.of("k")));
                connections.commitsAndDies.set(true);

                assertThatThrownBy(() -> log.appendAll(append))
                        .isInstanceOf(LogUnavailableException.class)
                        .hasMessage("the log's database cannot be used: see the server's log");
                assertBack(log);
                Appended again = log.appendAll(append).get(0);

                assertThat(again.repeated()).isTrue();
                assertThat(again.publication().offset()).isEqualTo(1);
                assertThat(log.top(ALICE).offset()).isEqualTo(1);
            }
        }
    }

    @Test
    void aHangingDatabaseDelaysCallersNoLongerThanTheBudget() {
        try (TestDatabase database = TestDatabase.postgres()) {
            Treacherous connections = new Treacherous(database.fresh());
            try (JdbcUserLog log = open(connections, clock, Duration.ofMillis(300))) {
                log.append(ALICE, Payload.json("1"));
                connections.hangs.set(true);
                int before = connections.commits.get();

                long start = System.nanoTime();
                assertThatThrownBy(() -> log.append(ALICE, Payload.json("2")))
                        .isInstanceOf(LogUnavailableException.class)
                        .hasMessage("no answer within 300 ms");
                for (int i = 0; i < 100; i++) {
                    assertThatThrownBy(() -> log.append(ALICE, Payload.json("2")))
                            .isInstanceOf(LogUnavailableException.class);
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
                assertThat(connections.commits).hasValue(before);
            }
        }
    }
}
