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
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
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
    void aServerThatStopsAndStartsAgainLosesNothing(@TempDir Path data) {
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
    void connectionsThatDiedUnusedAreNotNoticed(@TempDir Path data) {
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
                        if (method.getName().equals("setAutoCommit") && hangs.get()) {
                            released.await();
                        }
                        try {
                            Object result = method.invoke(connection, arguments);
                            if (method.getName().equals("commit")) {
                                commits.incrementAndGet();
                                if (commitsAndDies.getAndSet(false)) {
                                    throw new SQLException("the line broke", "08006");
                                }
                            }
                            return result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause() == null ? e : e.getCause();
                        }
                    });
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
    void aCommitOfUnknownOutcomeIsNoSuccessAndItsKeyDoesNotDouble() {
        try (TestDatabase database = TestDatabase.postgres()) {
            Treacherous connections = new Treacherous(database.fresh());
            try (JdbcUserLog log = open(connections, clock, Store.BUDGET)) {
                List<Append> append = List.of(new Append(ALICE, Payload.json("1"), Optional.of("k")));
                connections.commitsAndDies.set(true);

                assertThatThrownBy(() -> log.appendAll(append))
                        .isInstanceOf(LogUnavailableException.class)
                        .hasMessage("the line broke");
                assertBack(log);
                Appended again = log.appendAll(append).get(0);

                assertThat(again.repeated()).isTrue();
                assertThat(again.publication().offset()).isEqualTo(1);
                assertThat(log.top(ALICE).offset()).isEqualTo(1);
            }
        }
    }

    @Test
    void aDatabaseThatHangsHoldsNobodyLongerThanTheBudget() {
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

    @Test
    void whatTheDatabaseRefusesOfOneFailsNoOther() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch first = new CountDownLatch(1);
        Database database =
                new Database(new Treacherous(TestDatabase.h2().fresh()), Duration.ofSeconds(3), new Availability());
        Committer committer = new Committer(database, appends -> {
            if (calls.incrementAndGet() == 1) {
                awaitUninterrupted(first);
            }
            if (appends.stream().anyMatch(a -> a.payload().text().equals("\"bad\""))) {
                throw new SQLException("no such character", "22021");
            }
            return appends.stream()
                    .map(a -> new Appended(new dev.cordon.protocol.Publication(a.channel(), 1, a.payload()), "e"))
                    .toList();
        });
        java.util.concurrent.ExecutorService threads = java.util.concurrent.Executors.newFixedThreadPool(3);
        try (database) {
            var opening = threads.submit(() -> committer.append(List.of(text("first"))));
            await().until(() -> calls.get() == 1);
            var bad = threads.submit(() -> committer.append(List.of(text("bad"))));
            var good = threads.submit(() -> committer.append(List.of(text("good"))));
            await().until(() -> committer.waiting() == 2);
            first.countDown();

            assertThat(opening.get()).hasSize(1);
            assertThat(good.get()).hasSize(1);
            assertThatThrownBy(bad::get).hasCauseInstanceOf(LogUnavailableException.class);
            assertThat(database.availability().lost()).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    private static Append text(String text) {
        return new Append(ALICE, Payload.json("\"" + text + "\""), Optional.empty());
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
