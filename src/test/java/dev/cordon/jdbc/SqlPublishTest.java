package dev.cordon.jdbc;

import static dev.cordon.jdbc.Transactions.begin;
import static dev.cordon.jdbc.Transactions.commit;
import static dev.cordon.jdbc.Transactions.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema's function {@code cordon_publish}, in transactions of an application (docs/transactions.md). */
class SqlPublishTest {
    private static final Channel BOB = Channel.parse("#bob");
    private static final Channel ALICE = Channel.parse("#alice");
    private static final String HELD = "55P03";

    private final TestDatabase database = TestDatabase.postgres();
    private final String url = database.fresh();
    private Retention retention = new Retention(256, 1024 * 1024, Duration.ofMinutes(10), 64L * 1024 * 1024);
    private int maxPayload = 65_536;
    private final JdbcUserLog log = database.open(url, () -> retention, Clock.systemUTC());

    @BeforeEach
    void keepRules() {
        log.keepRules(() -> maxPayload);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Backlog history(Channel channel) {
        return log.history(channel, Optional.empty(), -1);
    }

    private List<String> messages(Channel channel) {
        return history(channel).publications().stream()
                .map(publication -> publication.payload().text())
                .toList();
    }

    private static List<Append> keyed(Channel channel, String json, String key) {
        return List.of(new Append(channel, Payload.json(json), Optional.of(key)));
    }

    private long rows(String table) throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    @DisplayName("a message is in the log if and only if its transaction commits")
    void aMessageIsInTheLogIfItsTransactionCommits() throws Exception {
        try (Connection application = begin(url)) {
            publish(application, "#bob", "{\"n\":1}");
            publish(application, "#bob", "2");
            assertThat(messages(BOB)).as("before the commit").isEmpty();
            application.commit();
            publish(application, "#bob", "3");
            application.rollback();
        }

        assertThat(messages(BOB)).containsExactly("{\"n\":1}", "2");
        assertThat(history(BOB).top().offset()).isEqualTo(2);
        assertThat(log.append(BOB, Payload.json("4")).publication().offset()).isEqualTo(3);
        assertThat(rows("cordon_uncommitted")).isZero();
        assertThat(log.ledger().accepted()).isEqualTo(3);
        assertThat(log.reconcile().imbalance()).isZero();
    }

    @Test
    @DisplayName("what is rolled back to a savepoint is not published; the rest of the transaction is")
    void aSavepointTakesItsMessagesBack() throws Exception {
        try (Connection application = begin(url)) {
            Savepoint first = application.setSavepoint();
            publish(application, "#bob", "1");
            application.rollback(first);
            publish(application, "#bob", "2");
            Savepoint second = application.setSavepoint();
            publish(application, "#bob", "3");
            application.rollback(second);
            Savepoint third = application.setSavepoint();
            publish(application, "#bob", "4");
            application.releaseSavepoint(third);
            application.commit();
        }

        assertThat(messages(BOB)).containsExactly("2", "4");
    }

    @Test
    @DisplayName("a rolled back transaction leaves nothing: no message, no channel, no key, no offset")
    void aRolledBackTransactionLeavesNothing() throws Exception {
        try (Connection application = begin(url)) {
            publish(application, "#bob", "1", "k");
            application.rollback();
        }

        assertThat(rows("cordon_channel")).isZero();
        assertThat(rows("cordon_key")).isZero();
        assertThat(rows("cordon_publication")).isZero();
        assertThat(rows("cordon_uncommitted")).isZero();
        assertThat(log.append(BOB, Payload.json("1")).publication().offset()).isEqualTo(1);
    }

    @Test
    @DisplayName("a new channel begins in the epoch in which a node would have begun it")
    void aNewChannelHasItsEpoch() throws Exception {
        String told = log.history(BOB, Optional.empty(), 0).top().epoch();

        commit(url, "#bob", "1");

        assertThat(history(BOB).top().epoch()).isEqualTo(told);
        assertThat(log.append(BOB, Payload.json("2")).epoch()).isEqualTo(told);
    }

    @Test
    @DisplayName("a key counts for the function and for the nodes alike")
    void aKeyIsSharedWithTheNodes() throws Exception {
        Appended byNode = log.appendAll(keyed(BOB, "1", "first")).get(0);
        try (Connection application = begin(url)) {
            publish(application, "#bob", "2", "first");
            publish(application, "#bob", "3", "second");
            publish(application, "#bob", "4", "second");
            publish(application, "#alice", "5", "second");
            publish(application, "#bob", "6", "");
            publish(application, "#bob", "7", "");
            application.commit();
        }
        Appended again = log.appendAll(keyed(BOB, "8", "second")).get(0);

        assertThat(byNode.repeated()).isFalse();
        assertThat(again.repeated()).isTrue();
        assertThat(again.publication().offset()).isEqualTo(2);
        assertThat(messages(BOB)).containsExactly("1", "3", "6", "7");
        assertThat(messages(ALICE)).containsExactly("5");
    }

    @Test
    @DisplayName("a key is forgotten after its window, which the nodes have written")
    void aKeyIsForgottenAfterItsWindow() throws Exception {
        commit(url, "#bob", "0");
        TestDatabase.run(url, "UPDATE cordon_rules SET key_window = 0");
        try (Connection application = begin(url)) {
            publish(application, "#bob", "1", "k");
            application.commit();
            publish(application, "#bob", "2", "k");
            application.commit();
        }

        assertThat(messages(BOB)).containsExactly("0", "1", "2");
    }

    @Test
    @DisplayName("the channel's bounds in messages and bytes hold, as the settings say them")
    void boundsHold() throws Exception {
        retention = new Retention(3, 12, Duration.ofMinutes(10), 1_000_000);
        log.keepRules(() -> maxPayload);
        try (Connection application = begin(url)) {
            for (int i = 0; i < 5; i++) {
                publish(application, "#bob", "" + i);
                publish(application, "#alice", "\"12345\"");
            }
            application.commit();
        }

        assertThat(messages(BOB)).containsExactly("2", "3", "4");
        assertThat(messages(ALICE)).containsExactly("\"12345\"");
        assertThat(log.ledger().evicted()).isEqualTo(6);
        assertThat(log.reconcile().imbalance()).isZero();
    }

    @Test
    @DisplayName("when applications alone publish, the sweep keeps the log within its total bytes")
    void theSweepKeepsTheTotal() throws Exception {
        retention = new Retention(100, 10_000, Duration.ofMinutes(10), 1_000);
        for (int i = 0; i < 20; i++) {
            commit(url, "#user" + i, "\"" + "x".repeat(98) + "\"");
        }

        log.sweep(channel -> true);

        org.awaitility.Awaitility.await().until(() -> log.stats().bytes() <= 900);
        assertThat(log.reconcile().imbalance()).isZero();
    }

    @Test
    @DisplayName("a transaction's messages keep their order in each channel, however many they are")
    void aLargeTransactionKeepsItsOrder() throws Exception {
        retention = new Retention(2_000, 1024 * 1024, Duration.ofMinutes(10), 64L * 1024 * 1024);
        log.keepRules(() -> maxPayload);
        try (Connection application = begin(url);
                Statement all = application.createStatement()) {
            all.execute("SELECT cordon_publish('#user' || n % 7, n::text) FROM generate_series(0, 2999) AS n");
            application.commit();
        }

        for (int user = 0; user < 7; user++) {
            int of = user;
            assertThat(messages(Channel.parse("#user" + user)))
                    .containsExactlyElementsOf(IntStream.range(0, 3_000)
                            .filter(n -> n % 7 == of)
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }

    @Test
    @DisplayName("a transaction of more than 10,000 messages is rejected as a whole")
    void aTransactionIsBounded() throws Exception {
        try (Connection application = begin(url);
                Statement all = application.createStatement()) {
            all.execute("SELECT cordon_publish('#bob', '1') FROM generate_series(1, 10001)");

            assertThat(failure(application::commit))
                    .isEqualTo("WS006 cordon_publish: the transaction has more than 10000"
                            + " messages or 64 MiB: publish in smaller ones");
        }
        assertThat(messages(BOB)).isEmpty();
    }

    @Test
    @DisplayName("data is kept as it came, but on one line and without blanks around it")
    void dataIsKeptAsItCame() throws Exception {
        try (Connection application = begin(url)) {
            publish(application, "orders.v1#bob#x", "\r\n {\"a\" :\n1.0,\t\"ü\": \"\\n€\uD83D\uDE00\"} \n");
            application.commit();
        }

        assertThat(messages(Channel.parse("orders.v1#bob#x")))
                .containsExactly("{\"a\" : 1.0,\t\"ü\": \"\\n€\uD83D\uDE00\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "NULL",
            value = {
                "NULL | 1 | WS001 | channel is missing",
                "bob | 1 | WS001 | channel has no owner: it must be #user or topic#user",
                "# | 1 | WS001 | user is empty",
                "a b#bob | 1 | WS001 | topic is not [A-Za-z0-9_.:-]{0,64}",
                "ä#bob | 1 | WS001 | topic is not [A-Za-z0-9_.:-]{0,64}",
                "t12345678901234567890123456789012345678901234567890123456789012345#bob | 1 | WS001 | topic is not [A-Za-z0-9_.:-]{0,64}",
                "console#bob | 1 | WS002 | the topic console is reserved: only the node publishes there, and no log keeps its messages",
                "#bob | NULL | WS003 | data is missing",
                "#bob | {\"a\":1 | WS003 | data is not valid JSON",
                "#bob | {'a':1} | WS003 | data is not valid JSON",
                "#bob | 01 | WS003 | data is not valid JSON",
                "#bob | 1 2 | WS003 | data is not valid JSON",
                "#bob | {\"a\":1,\"a\":2} | WS003 | data names a field twice",
                "#bob | [{\"b\":{\"a\":1,\"\\u0061\":2}}] | WS003 | data names a field twice",
                "#bob | \"\\u0000\" | WS003 | data has \\u0000 or half a surrogate pair",
                "#bob | {\"a\":\"\\ud800\"} | WS003 | data has \\u0000 or half a surrogate pair",
            })
    void rejectsWhatTheApiRejects(@Nullable String channel, @Nullable String data, String state, String message)
            throws Exception {
        try (Connection application = begin(url)) {
            assertThat(failure(() -> publish(application, channel, data)))
                    .isEqualTo(state + " cordon_publish: " + message);
        }
    }

    @Test
    void rejectsUsersThatBreakTheirRules() throws Exception {
        for (String owner : List.of("a\nb", "a\u007f", "a\u0085", "\u0001")) {
            try (Connection application = begin(url)) {
                assertThat(failure(() -> publish(application, "#" + owner, "1")))
                        .isEqualTo("WS001 cordon_publish: user has a control character");
            }
        }
        try (Connection application = begin(url)) {
            publish(application, "#" + "ü".repeat(128), "1");
            assertThat(failure(() -> publish(application, "#" + "ü".repeat(128) + "x", "1")))
                    .isEqualTo("WS001 cordon_publish: user is longer than 256 bytes");
        }
    }

    @Test
    void rejectsWhatIsTooLargeOrTooDeep() throws Exception {
        maxPayload = 100;
        log.keepRules(() -> maxPayload);
        assertThat(failureOf("\"" + "ü".repeat(49) + "\"", "k")).isEmpty();
        assertThat(failureOf("\"" + "ü".repeat(49) + "x\"", "k"))
                .isEqualTo("WS004 cordon_publish: data has 101 bytes, more than cordon.message.max-bytes allows (100)");
        assertThat(failureOf("[".repeat(31) + "]".repeat(31), "k")).isEmpty();
        assertThat(failureOf("[".repeat(32) + "]".repeat(32), "k"))
                .isEqualTo("WS003 cordon_publish: data is nested more than 31 deep");
        assertThat(failureOf("1", "ü".repeat(64))).isEmpty();
        assertThat(failureOf("1", "ü".repeat(64) + "x"))
                .isEqualTo("WS005 cordon_publish: idempotency_key is longer than 128 bytes");
        maxPayload = 65_536;
        log.keepRules(() -> maxPayload);
        assertThat(failureOf("9".repeat(1000), "k2")).isEmpty();
        assertThat(failureOf("[" + "9".repeat(1001) + "]", "k2"))
                .isEqualTo("WS003 cordon_publish: data has a number of more than 1000 digits");
        assertThat(failureOf("\"" + "9".repeat(1001) + "\"", "k2")).isEmpty();
        assertThat(failureOf("[".repeat(65_000), "k2"))
                .isEqualTo("WS003 cordon_publish: data is nested more than 31 deep");
    }

    private String failureOf(String data, String key) throws SQLException {
        try (Connection application = begin(url)) {
            return failure(() -> publish(application, "#bob", data, key));
        }
    }

    @FunctionalInterface
    private interface Sql {
        void run() throws SQLException;
    }

    /** State and message of a failure, which has one line; empty without one. */
    private static String failure(Sql sql) {
        SQLException failure = catchThrowableOfType(SQLException.class, sql::run);
        return failure == null
                ? ""
                : failure.getSQLState() + " " + SqlFailure.logMessage(failure).replaceFirst("^ERROR: ", "");
    }

    @Test
    @DisplayName("the rules are the same whatever the session makes of a backslash")
    void theSessionDoesNotChangeTheRules() throws Exception {
        try (Connection application = TestDatabase.connect(url);
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("SET standard_conforming_strings = off");
            assertThat(failure(() -> publish(application, "Z any \"bytes\"\n#bob", "1")))
                    .startsWith("WS001");
            application.rollback();
            statement.execute("SET standard_conforming_strings = off");
            publish(application, "news#bob", "2");
            application.commit();
        }

        assertThat(messages(Channel.parse("news#bob"))).containsExactly("2");
    }

    @Test
    @DisplayName("a role with the right to execute the function publishes, and sees and writes no table of the log")
    void theRoleMayPublishAndNothingElse() throws Exception {
        String role = "shop_" + url.replaceAll(".*test_", "");
        String schema = "test_" + url.replaceAll(".*test_", "");
        TestDatabase.run(
                url,
                "CREATE ROLE " + role + " LOGIN PASSWORD 'postgres'",
                "GRANT USAGE ON SCHEMA " + schema + " TO " + role);
        try (Connection application = as(role)) {
            assertThat(failure(() -> publish(application, "#bob", "0")))
                    .startsWith("42501 permission denied for function");
        }
        TestDatabase.run(url, "GRANT EXECUTE ON FUNCTION cordon_publish(text, text, text) TO " + role);
        try (Connection application = as(role);
                Statement statement = application.createStatement()) {
            publish(application, "#bob", "1");
            application.commit();
            // What a caller has in its own search_path is not seen by the function.
            statement.execute("CREATE TEMP TABLE cordon_rules AS SELECT 0::bigint AS max_payload");
            statement.execute("CREATE TEMP TABLE cordon_channel (name text)");
            publish(application, "#bob", "2");
            application.commit();
            statement.execute("DROP TABLE pg_temp.cordon_rules, pg_temp.cordon_channel");
            application.commit();
            for (String table : tables()) {
                for (String sql : List.of("SELECT 1 FROM %s", "DELETE FROM %s", "INSERT INTO %s DEFAULT VALUES")) {
                    assertThat(failure(() -> statement.execute(sql.formatted(table))))
                            .as(sql, table)
                            .startsWith("42501 permission denied for table");
                    application.rollback();
                }
            }
            assertThat(failure(
                            () -> statement.execute("SELECT cordon_append(true, 1, 1, 1, 1, '{#bob}', '{bob}', '{1}',"
                                    + " ARRAY['1'::bytea], '{NULL}')")))
                    .startsWith("42501 permission denied for table");
        }

        assertThat(messages(BOB)).containsExactly("1", "2");
        TestDatabase.run(url, "DROP OWNED BY " + role, "DROP ROLE " + role);
    }

    private Connection as(String role) throws SQLException {
        Connection connection = java.sql.DriverManager.getConnection(
                url.replace("user=postgres", "user=" + role + "&password=postgres"));
        connection.setAutoCommit(false);
        return connection;
    }

    private List<String> tables() throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT table_name FROM information_schema.tables"
                        + " WHERE table_schema = current_schema() AND table_name LIKE 'cordon_%'")) {
            List<String> tables = new java.util.ArrayList<>();
            while (row.next()) {
                tables.add(row.getString(1));
            }
            assertThat(tables).hasSizeGreaterThan(10);
            return tables;
        }
    }

    @Test
    @DisplayName("an open transaction that has published holds no channel: nodes publish there meanwhile")
    void anOpenTransactionHoldsNoChannel() throws Exception {
        log.append(BOB, Payload.json("1"));
        try (Connection application = begin(url)) {
            publish(application, "#bob", "3");
            log.append(BOB, Payload.json("2"));
            application.commit();
        }

        assertThat(messages(BOB)).containsExactly("1", "2", "3");
    }

    @Test
    @DisplayName("two transactions that publish to the same channels in opposite order both commit")
    void oppositeOrdersDoNotDeadlock() throws Exception {
        commit(url, "#alice", "0");
        commit(url, "#bob", "0");
        try (Connection first = begin(url);
                Connection second = begin(url)) {
            publish(first, "#alice", "1");
            publish(second, "#bob", "2");
            publish(first, "#bob", "1");
            publish(second, "#alice", "2");
            second.commit();
            first.commit();
        }

        assertThat(messages(ALICE)).containsExactly("0", "2", "1");
        assertThat(messages(BOB)).containsExactly("0", "2", "1");
    }

    @Test
    @DisplayName(
            "offsets are in order of the commits, also where a transaction has published before the other and commits after it")
    void offsetsAreInOrderOfCommits() throws Exception {
        try (Connection first = begin(url);
                Connection second = begin(url)) {
            publish(first, "#bob", "\"first to publish\"");
            publish(second, "#bob", "\"first to commit\"");
            second.commit();
            first.commit();
        }

        assertThat(messages(BOB)).containsExactly("\"first to commit\"", "\"first to publish\"");
    }

    @Test
    @DisplayName("a commit waits for a channel that another session has locked, and goes on when that ends")
    void aCommitWaitsForALockedChannel() throws Exception {
        commit(url, "#bob", "1");
        try (Connection other = begin(url);
                Connection application = begin(url);
                Statement lock = other.createStatement()) {
            lock.execute("SELECT 1 FROM cordon_channel WHERE name = '#bob' FOR UPDATE");
            publish(application, "#bob", "2");
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<String> commit = CompletableFuture.supplyAsync(() -> {
                begun.countDown();
                return failure(application::commit);
            });
            begun.await();
            org.awaitility.Awaitility.await().until(() -> waiting() == 1);
            other.rollback();

            assertThat(commit.get()).isEmpty();
        }
        assertThat(messages(BOB)).containsExactly("1", "2");
    }

    private long waiting() throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    @DisplayName(
            "a commit that waits for a locked channel in vain fails after 1.5 s, names who holds it, and leaves nothing")
    void aCommitFailsWhenAChannelStaysLocked() throws Exception {
        commit(url, "#bob", "1");
        try (Connection other = begin(url);
                Connection application = begin(url);
                Statement lock = other.createStatement();
                Statement own = application.createStatement()) {
            own.execute("CREATE TABLE orders (id int)");
            application.commit();
            lock.execute("SET application_name = 'maintenance'");
            lock.execute("SELECT 1 FROM cordon_channel WHERE name = '#bob' FOR UPDATE");
            own.execute("INSERT INTO orders VALUES (1)");
            publish(application, "#alice", "2");
            publish(application, "#bob", "2");

            assertThat(failure(application::commit))
                    .matches(HELD + " cordon_publish: a channel is locked by another session: process \\d+ of postgres"
                            + " \\(maintenance\\); nothing was committed, repeat the transaction");

            // The nodes' own appends to other channels go on, and one to the locked channel says so.
            log.append(ALICE, Payload.json("3"));
            try (LogLines lines = LogLines.of(JdbcUserLog.class)) {
                assertThatThrownBy(() -> log.append(BOB, Payload.json("3")))
                        .isInstanceOf(LogUnavailableException.class);
                org.awaitility.Awaitility.await()
                        .untilAsserted(() -> assertThat(lines.all())
                                .anySatisfy(line -> assertThat(line)
                                        .matches("A channel is locked in the log's database by process \\d+ of postgres"
                                                + " \\(maintenance\\): publishes to it are answered 503 until that transaction"
                                                + " ends.*")));
            }
            other.rollback();
        }
        assertThat(rows("orders")).isZero();
        assertThat(messages(BOB)).containsExactly("1");
        assertThat(messages(ALICE)).containsExactly("3");
    }

    @Test
    @DisplayName(
            "with SET CONSTRAINTS IMMEDIATE messages are appended at once, and still only if the transaction commits")
    void constraintsMayBeImmediate() throws Exception {
        try (Connection application = begin(url);
                Statement statement = application.createStatement()) {
            publish(application, "#bob", "1");
            statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
            publish(application, "#bob", "2");
            application.commit();
            publish(application, "#bob", "3");
            statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
            application.rollback();
        }

        assertThat(messages(BOB)).containsExactly("1", "2");
        assertThat(rows("cordon_uncommitted")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    @DisplayName(
            "in a stricter isolation a commit fails when the channel has changed since the snapshot, and leaves nothing")
    void aStricterIsolationMayFail(int isolation) throws Exception {
        log.append(BOB, Payload.json("1"));
        try (Connection application = begin(url)) {
            application.setTransactionIsolation(isolation);
            publish(application, "#bob", "2");
            application.commit();
            publish(application, "#bob", "4");
            log.append(BOB, Payload.json("3"));

            assertThat(failure(application::commit)).startsWith("40001 ");

            application.rollback();
            publish(application, "#bob", "4");
            application.commit();
        }

        assertThat(messages(BOB)).containsExactly("1", "2", "3", "4");
    }

    @Test
    @DisplayName("the log notices that applications publish by SQL")
    void theLogNoticesItsUse() throws Exception {
        assertThat(log.publishedBySql()).isFalse();
        try (Connection application = begin(url)) {
            publish(application, "#bob", "1");
            application.rollback();
        }
        log.keepRules(() -> maxPayload);
        assertThat(log.publishedBySql()).isFalse();
        commit(url, "#bob", "1");
        log.keepRules(() -> maxPayload);

        assertThat(log.publishedBySql()).isTrue();
    }

    @Test
    @DisplayName("a node writes the rules when its own settings change, and leaves another node's alone otherwise")
    void rulesAreWrittenWhenTheyChange() throws Exception {
        PublishRules rules = new PublishRules(() -> retention, () -> maxPayload, Duration.ofMinutes(5));
        try (Connection connection = TestDatabase.connect(url)) {
            rules.keep(connection);
            TestDatabase.run(url, "UPDATE cordon_rules SET max_payload = 7");
            rules.keep(connection);
            assertThat(rows("cordon_rules WHERE max_payload = 7")).isEqualTo(1);
            maxPayload = 9;
            rules.keep(connection);
            assertThat(rows("cordon_rules WHERE max_payload = 9 AND max_kept = 256"))
                    .isEqualTo(1);
            TestDatabase.run(url, "UPDATE cordon_rules SET max_payload = 7");
            rules.writeAgain();
            rules.keep(connection);
            assertThat(rows("cordon_rules WHERE max_payload = 9")).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("readers see what was published by SQL in order with what nodes have published")
    void readersSeeOneOrder() throws Exception {
        for (int i = 0; i < 10; i += 2) {
            log.append(BOB, Payload.json("" + i));
            commit(url, "#bob", "" + (i + 1));
        }

        assertThat(history(BOB).publications())
                .extracting(Publication::offset)
                .containsExactlyElementsOf(
                        java.util.stream.LongStream.rangeClosed(1, 10).boxed().toList());
        assertThat(messages(BOB))
                .containsExactlyElementsOf(
                        IntStream.range(0, 10).mapToObj(Integer::toString).toList());
    }
}
