package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.LogUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often work is tried, what becomes of its connection, and what a caller is told. */
class DatabaseTest {
    private static final String COLLISION = "40001";
    private static final String LOST = "08006";
    private static final String REJECTED = "42P01";
    private static final List<String> BEGUN = List.of("take", "setNetworkTimeout 20000", "setAutoCommit false");

    private final FakeConnections connections = new FakeConnections();
    private final Database database = new Database(connections, Duration.ofSeconds(20), new Availability());
    private final AtomicInteger tries = new AtomicInteger();

    @AfterEach
    void close() {
        database.close();
    }

    /** Work that fails so many times, and then has a result. */
    private Database.Work<String> failing(String state, int times) {
        return connection -> {
            if (tries.incrementAndGet() <= times) {
                throw new SQLException("no", state);
            }
            return "done";
        };
    }

    private static List<String> after(List<String> begun, String... then) {
        List<String> all = new ArrayList<>(begun);
        all.addAll(List.of(then));
        return all;
    }

    @Test
    void commitsATransactionAndKeepsItsConnection() {
        assertThat(database.<String>transact(failing(LOST, 0))).isEqualTo("done");

        assertThat(connections.events()).isEqualTo(after(BEGUN, "commit", "setAutoCommit true", "back"));
    }

    @Test
    void rollsBackAFailedTransactionAndKeepsItsConnection() {
        assertThatThrownBy(() -> database.transact(failing(REJECTED, 9)))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage("the log's database rejected a statement: see the server's log");

        assertThat(tries).hasValue(1);
        assertThat(connections.events()).isEqualTo(after(BEGUN, "rollback", "setAutoCommit true", "back"));
        assertThat(database.availability().lost()).isEmpty();
    }

    @Test
    void rollsBackAfterAFaultOfTheProgramAndTellsIt() {
        IllegalStateException fault = new IllegalStateException("fault");
        assertThatThrownBy(() -> database.transact(connection -> {
                    throw fault;
                }))
                .isSameAs(fault);

        assertThat(connections.events()).isEqualTo(after(BEGUN, "rollback", "setAutoCommit true", "back"));
    }

    @Test
    void triesACollidedTransactionThreeTimes() {
        assertThat(database.<String>transact(failing(COLLISION, 2))).isEqualTo("done");
        assertThat(tries).hasValue(3);

        tries.set(0);
        assertThatThrownBy(() -> database.transact(failing(COLLISION, 9)))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage("the log's database is busy");
        assertThat(tries).hasValue(3);
        assertThat(database.availability().lost()).isEmpty();
    }

    @Test
    void triesATransactionOnceMoreWithANewConnectionWhenTheFirstWasDead() {
        connections.failing("rollback", LOST);

        assertThat(database.<String>transact(failing(LOST, 1))).isEqualTo("done");

        assertThat(connections.events())
                .isEqualTo(after(
                        after(after(BEGUN, "rollback", "forget", "broken"), BEGUN.toArray(String[]::new)),
                        "commit",
                        "setAutoCommit true",
                        "back"));
    }

    @Test
    void takesTheDatabaseForLostWhenTheSecondConnectionIsDeadToo() {
        assertThatThrownBy(() -> database.transact(failing(LOST, 2)))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage("the log's database cannot be used: see the server's log");
        assertThat(tries).hasValue(2);
        assertThat(database.availability().lost()).isPresent();

        assertThatThrownBy(() -> database.transact(failing(LOST, 2))).isInstanceOf(LogUnavailableException.class);
        assertThatThrownBy(() -> database.read(failing(LOST, 2))).isInstanceOf(LogUnavailableException.class);
        assertThat(tries).as("tries after the loss").hasValue(2);
    }

    @Test
    void doesNotRepeatATransactionWhoseCommitFailed() {
        connections.failing("commit", LOST);

        assertThatThrownBy(() -> database.transact(failing(LOST, 0))).isInstanceOf(LogUnavailableException.class);

        assertThat(tries).hasValue(1);
        assertThat(connections.events()).endsWith("commit", "broken");
    }

    @Test
    void dropsAConnectionThatCannotBeReset() {
        connections.failing("setAutoCommit true", LOST);

        assertThat(database.<String>transact(failing(LOST, 0))).isEqualTo("done");

        assertThat(connections.events()).endsWith("setAutoCommit true", "broken");
    }

    @Test
    void needsNoNetworkTimeouts() {
        connections.failing("setNetworkTimeout", "0A000");

        assertThat(database.<String>read(failing(LOST, 0))).isEqualTo("done");
    }

    @Test
    @SuppressWarnings("NullAway") // what must not be is what is tried
    void aTransactionMustHaveAResult() {
        assertThatThrownBy(() -> database.transact(connection -> null)).isInstanceOf(LogUnavailableException.class);

        assertThat(connections.events()).doesNotContain("commit");
    }

    @Test
    void readsWithoutATransaction() {
        assertThat(database.<String>read(failing(LOST, 0))).isEqualTo("done");

        assertThat(connections.events()).containsExactly("take", "setNetworkTimeout 20000", "back");
    }

    @Test
    void readsOnceMoreWithANewConnectionWhenTheFirstWasDead() {
        assertThat(database.<String>read(failing(LOST, 1))).isEqualTo("done");

        assertThat(connections.events())
                .containsExactly(
                        "take",
                        "setNetworkTimeout 20000",
                        "forget",
                        "broken",
                        "take",
                        "setNetworkTimeout 20000",
                        "back");
    }

    @Test
    void readsAgainAfterCollisionsAndNotAfterRejections() {
        assertThat(database.<String>read(failing(COLLISION, 2))).isEqualTo("done");
        assertThat(tries).hasValue(3);

        tries.set(0);
        assertThatThrownBy(() -> database.read(failing(REJECTED, 9))).isInstanceOf(LogUnavailableException.class);
        assertThat(tries).hasValue(1);
    }

    @Test
    void aStatementThatCommitsByItselfIsRepeatedOnlyAfterACollision() throws SQLException {
        assertThat(database.<String>alone(failing(COLLISION, 2))).isEqualTo("done");
        assertThat(tries).hasValue(3);
        assertThat(connections.events()).filteredOn("back"::equals).hasSize(3);

        tries.set(0);
        assertThatThrownBy(() -> database.alone(failing(COLLISION, 9))).isInstanceOf(SQLException.class);
        assertThat(tries).hasValue(3);

        tries.set(0);
        assertThatThrownBy(() -> database.alone(failing(REJECTED, 9))).isInstanceOf(SQLException.class);
        assertThat(tries).hasValue(1);
        assertThat(connections.events()).endsWith("take", "setNetworkTimeout 20000", "back");

        tries.set(0);
        assertThatThrownBy(() -> database.alone(failing(LOST, 9))).isInstanceOf(SQLException.class);
        assertThat(tries).hasValue(1);
        assertThat(connections.events()).endsWith("take", "setNetworkTimeout 20000", "broken");
    }

    @Test
    void dropsTheConnectionOfAStatementAfterAFaultOfTheProgram() {
        assertThatThrownBy(() -> database.alone(connection -> {
                    throw new IllegalStateException("fault");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(connections.events()).endsWith("broken");
    }

    @Test
    void waitsNoLongerThanItsBudget() {
        CountDownLatch never = new CountDownLatch(1);
        try (Database hanging = new Database(connections, Duration.ofMillis(50), new Availability())) {
            assertThatThrownBy(() -> hanging.read(connection -> awaited(never)))
                    .isInstanceOf(LogUnavailableException.class)
                    .hasMessage("no answer within 50 ms");
            assertThat(hanging.availability().lost()).contains("no answer within 50 ms");
            assertThat(hanging.budget()).isEqualTo(Duration.ofMillis(50));
        }
    }

    private static String awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "";
    }

    @Test
    void anInterruptedCallerStaysInterrupted() {
        CountDownLatch end = new CountDownLatch(1);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> database.read(connection -> awaited(end)))
                    .isInstanceOf(LogUnavailableException.class)
                    .hasMessage("interrupted while waiting for the log");
        } finally {
            end.countDown();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void rejectsMoreTasksThanMayWait() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < Database.THREADS + 1_000; i++) {
            database.execute(() -> awaited(end));
        }

        assertThatThrownBy(() -> database.read(Connection::isClosed))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage("too many operations wait for the log's database");
        end.countDown();
    }

    @Test
    void closesItsConnectionsAndInterruptsItsThreads() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        database.execute(() -> {
            started.countDown();
            awaited(new CountDownLatch(1));
            interrupted.countDown();
        });
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();

        database.close();

        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(connections.events()).containsExactly("close");
        assertThatThrownBy(() -> database.execute(() -> {}))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage("the log is closed");
    }

    @Test
    void itsThreadsAreDaemonsAndHaveAName() {
        Thread[] on = new Thread[1];
        database.read(connection -> {
            on[0] = Thread.currentThread();
            return "";
        });

        assertThat(on[0].getName()).isEqualTo("cordon-log");
        assertThat(on[0].isDaemon()).isTrue();
    }

    @Test
    void wrapsWhatIsNeitherTheDatabasesNorTheProgramsFailure() {
        Exception cause = new Exception("odd");

        assertThat(database.failure(cause))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(cause);
    }
}
