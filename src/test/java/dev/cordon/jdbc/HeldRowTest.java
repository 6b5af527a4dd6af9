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
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Another session of the database holds a lock that Cordon needs: an operator's psql, a migration, a backup. */
class HeldRowTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final SessionId LAPTOP = new SessionId("laptop");
    private static final Retention RETENTION = new Retention(100, 10_000_000, Duration.ofMinutes(10), 1_000_000_000);
    private static final String HELD = "the channel is locked by another user of the log's database";

    private final HandClock clock = new HandClock();
    private final TestDatabase database = TestDatabase.postgres();
    private final String url = database.fresh();
    private final LogLines lines = LogLines.of(Availability.class);

    @BeforeEach
    void fill() {
        JdbcUserLog log = database.open(url, () -> RETENTION, clock);
        log.append(ALICE, Payload.json("1"));
        log.append(BOB, Payload.json("1"));
        log.follow(ALICE, LAPTOP);
        log.follow(BOB, LAPTOP);
    }

    @AfterEach
    void close() {
        lines.close();
        database.close();
    }

    /** With a generous budget: the tests assert that no lock is taken for a loss, not how long a call takes. */
    private JdbcUserLog open(Connections connections) {
        return new JdbcUserLog(
                Store.open(connections, Duration.ofSeconds(15)), () -> RETENTION, clock, TestDatabase.KEY_WINDOW);
    }

    private JdbcUserLog open() {
        return open(TestDatabase.settings(url).connections());
    }

    /** An operator's session, without the bounds of a node's. */
    private Connection holding(String sql) throws SQLException {
        Connection other = TestDatabase.connect(url);
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute("SET lock_timeout = 0");
            statement.execute("SET idle_in_transaction_session_timeout = 0");
            statement.execute(sql);
        }
        return other;
    }

    private static List<Append> one(Channel channel, String key) {
        return List.of(new Append(channel, Payload.json("2"), Optional.of(key)));
    }

    private static void assertHeld(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(LogUnavailableException.class).hasMessage(HELD);
    }

    private void assertThatALockedRowDelaysOnlyOperationsThatNeedIt(JdbcUserLog log) throws SQLException {
        try (Connection other = holding("SELECT 1 FROM cordon_channel WHERE name = '#alice' FOR UPDATE")) {
            CompletableFuture<List<Appended>> held =
                    log.appendLater(one(ALICE, "k")).toCompletableFuture();
            for (int i = 0; i < 20; i++) {
                assertThat(log.appendAll(one(BOB, "k" + i))).hasSize(1);
                assertThat(log.appendAll(one(Channel.parse("#new" + i), "k"))).hasSize(1);
            }
            StreamPosition top = log.top(BOB);
            assertThat(log.acknowledge(BOB, LAPTOP, top)).isEqualTo(top);
            assertThat(log.top(ALICE).offset()).isEqualTo(1);
            assertThat(log.acknowledged(ALICE, LAPTOP)).isPresent();
            assertHeld(() -> log.acknowledge(ALICE, LAPTOP, log.top(ALICE)));
            assertHeld(() -> log.follow(ALICE, LAPTOP));
            assertHeld(() -> log.remove(ALICE));
            assertThat(log.sweep(channel -> false).channels()).isEqualTo(22);
            assertThat(log.stats().publications()).isEqualTo(42);
            List<CompletableFuture<List<Appended>>> burst = IntStream.range(0, 40)
                    .mapToObj(i -> log.appendLater(one(ALICE, "burst" + i)).toCompletableFuture())
                    .toList();
            assertHeld(() -> log.appendAll(one(ALICE, "other")));
            assertThat(burst).allSatisfy(each -> assertThat(each).failsWithin(Duration.ofSeconds(60)));
            assertThat(held).isCompletedExceptionally();
            assertThat(log.unavailable()).isEmpty();
            other.rollback();
        }
        // An append rejected while its commit was under way may have been stored; its key prevents another.
        assertThat(log.appendAll(one(ALICE, "k")).get(0).publication().offset()).isGreaterThan(1);
        assertThat(lines.all()).isEmpty();
    }

    @Test
    @DisplayName("D4: a locked row delays only the operations that need it, and is not logged as a loss")
    void aLockedRowDelaysOnlyOperationsThatNeedIt() throws SQLException {
        try (JdbcUserLog log = open()) {
            assertThatALockedRowDelaysOnlyOperationsThatNeedIt(log);
        }
    }

    @Test
    @DisplayName("D4: a locked row delays only the operations that need it, also with the server's data source")
    void aLockedRowDelaysOnlyOperationsThatNeedItWithADataSourceToo() throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        try (JdbcUserLog log = open(new DataSourceConnections(source))) {
            assertThatALockedRowDelaysOnlyOperationsThatNeedIt(log);
        }
    }

    @Test
    @DisplayName("D4: twenty calls that wait for a locked row leave the log's threads to other calls")
    void manyCallsThatNeedTheRowDelayNoOthers() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        // Without a lock timeout a call waits until the row is free.
        String patient = url + "&options=-c%20lock_timeout%3D0";
        try (JdbcUserLog log = open(TestDatabase.settings(patient).connections())) {
            StreamPosition top = log.top(ALICE);
            List<Future<StreamPosition>> held = new ArrayList<>();
            try (Connection other = holding("SELECT 1 FROM cordon_channel WHERE name = '#alice' FOR UPDATE")) {
                for (int i = 0; i < 20; i++) {
                    held.add(threads.submit(() -> log.acknowledge(ALICE, LAPTOP, top)));
                }
                StreamPosition bobs = log.top(BOB);
                for (int i = 0; i < 20; i++) {
                    assertThat(log.acknowledge(BOB, LAPTOP, bobs)).isEqualTo(bobs);
                }
                assertThat(log.appendAll(one(BOB, "k"))).hasSize(1);
                other.rollback();
            }
            assertThat(held.get(0).get(60, TimeUnit.SECONDS)).isEqualTo(top);
        } finally {
            threads.shutdownNow();
        }
        assertThat(lines.all()).isEmpty();
    }

    @Test
    @DisplayName("D4: a lock on a session's position delays that session alone")
    void aLockedPositionDelaysItsSessionOnly() throws SQLException {
        try (JdbcUserLog log = open()) {
            try (Connection other = holding("SELECT 1 FROM cordon_session WHERE channel_id ="
                    + " (SELECT id FROM cordon_channel WHERE name = '#alice') FOR UPDATE")) {
                assertHeld(() -> log.follow(ALICE, LAPTOP));
                assertThat(log.follow(ALICE, new SessionId("phone")).offset()).isEqualTo(1);
                assertThat(log.appendAll(one(ALICE, "k"))).hasSize(1);
                other.rollback();
            }
            assertThat(log.follow(ALICE, LAPTOP).offset()).isEqualTo(1);
        }
        assertThat(lines.all()).isEmpty();
    }

    private void assertThatAFrozenNodesLocksEnd(Connections frozen) throws Exception {
        try (JdbcUserLog log = open();
                Connection node = frozen.take()) {
            node.setAutoCommit(false);
            try (Statement statement = node.createStatement()) {
                statement.execute("SELECT 1 FROM cordon_channel WHERE name = '#alice' FOR UPDATE");
            }

            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() ->
                            log.appendAll(one(ALICE, "k")).get(0).publication().offset() == 2);
        }
    }

    @Test
    @DisplayName("N2: a node that freezes within a transaction holds its locks for seconds, not for hours")
    void aFrozenNodesLocksEnd() throws Exception {
        assertThatAFrozenNodesLocksEnd(TestDatabase.settings(url).connections());
    }

    @Test
    @DisplayName("N2: a node that freezes within a transaction of the server's data source holds its locks for seconds")
    void aFrozenNodesLocksEndWithADataSourceToo() throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        assertThatAFrozenNodesLocksEnd(new DataSourceConnections(source));
    }

    @Test
    @DisplayName("D4: a lock on the whole table (VACUUM FULL, ALTER TABLE) is logged as one loss at most")
    void aLockedTableIsLoggedOnceAndRecovers() throws SQLException {
        try (JdbcUserLog log = open()) {
            try (Connection other = holding("LOCK TABLE cordon_channel IN ACCESS EXCLUSIVE MODE")) {
                assertThatThrownBy(() -> log.appendAll(one(ALICE, "k"))).isInstanceOf(LogUnavailableException.class);
                assertThatThrownBy(() -> log.top(BOB)).isInstanceOf(LogUnavailableException.class);
                other.rollback();
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> log.unavailable().isEmpty());
            assertThat(log.appendAll(one(ALICE, "k")).get(0).publication().offset())
                    .isEqualTo(2);
        }
        assertThat(lines.all()).hasSizeLessThanOrEqualTo(2);
    }
}
