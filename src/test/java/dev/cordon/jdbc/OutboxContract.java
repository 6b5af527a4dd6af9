package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.outbox.Outbox;
import dev.cordon.outbox.OutboxCounters;
import dev.cordon.outbox.OutboxException;
import dev.cordon.outbox.OutboxMessages;
import dev.cordon.outbox.OutboxTable;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table {@code cordon_outbox} of an application, and a node that publishes what is in it (docs/transactions.md). */
abstract class OutboxContract {
    private static final Retention RETENTION =
            new Retention(10_000, 64L * 1024 * 1024, Duration.ofMinutes(10), 256L * 1024 * 1024);

    private static final Pattern CREATE = Pattern.compile("(?s)CREATE TABLE cordon_outbox \\(.*?\\n\\)(?=;)");

    private final TestDatabase database = databases();
    private final String url = database.fresh();
    private final TestNode memory = new TestNode(Limits.DEFAULTS, RETENTION);
    private final OutboxCounters counters = new OutboxCounters(memory.time);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Outbox outbox = outbox(memory, table());

    /** Databases of the kind under test. */
    abstract TestDatabase databases();

    private OutboxTable table() {
        return JdbcOutbox.at(TestDatabase.settings(url));
    }

    private Outbox outbox(TestNode node, OutboxTable table) {
        Outbox made = new Outbox(table, node.publisher, node.log, new OutboxMessages(() -> 1_000), counters, node.time);
        opened.add(made);
        return made;
    }

    /** As docs/transactions.md has it. */
    @BeforeEach
    void create() throws IOException {
        Matcher table = CREATE.matcher(Files.readString(Path.of("docs/transactions.md")));
        assertThat(table.find()).isTrue();
        TestDatabase.run(url, table.group());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        database.close();
    }

    private void put(String channel, String data) throws SQLException {
        put(channel, data, null);
    }

    private void put(String channel, String data, @Nullable String key) throws SQLException {
        try (Connection connection = TestDatabase.connect(url)) {
            put(connection, channel, data, key);
        }
    }

    private static void put(Connection connection, String channel, String data, @Nullable String key)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO cordon_outbox (channel, data, idempotency_key) VALUES (?, ?, ?)")) {
            insert.setString(1, channel);
            insert.setString(2, data);
            insert.setString(3, key);
            insert.executeUpdate();
        }
    }

    private static List<String> messages(UserLog log, String channel) {
        return log.history(Channel.parse(channel), Optional.empty(), -1).publications().stream()
                .map(publication -> publication.payload().text())
                .toList();
    }

    private List<String> left() throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT channel, rejected FROM cordon_outbox ORDER BY id")) {
            List<String> left = new ArrayList<>();
            while (row.next()) {
                left.add(row.getString(1) + ": " + row.getString(2));
            }
            return left;
        }
    }

    @Test
    @DisplayName("committed rows are published in the order of their ids, delivered, and removed; others are not seen")
    void publishesCommittedRows() throws Exception {
        Peer bob = memory.connect("bob", "s");
        try (Connection application = TestDatabase.connect(url)) {
            application.setAutoCommit(false);
            put(application, "#bob", "{\"n\":1}", null);
            put(application, "#bob", " 2\n", null);
            outbox.turn();
            assertThat(bob.wire().offsets()).isEmpty();
            application.commit();
            put(application, "#bob", "3", null);
            application.rollback();
        }

        outbox.turn();

        assertThat(messages(memory.log, "#bob")).containsExactly("{\"n\":1}", "2");
        bob.awaitOffsets(2);
        assertThat(left()).isEmpty();
        assertThat(counters.published.sum()).isEqualTo(2);
    }

    @Test
    @DisplayName("a turn publishes more than one batch, in order")
    void aTurnPublishesManyBatches() throws Exception {
        try (Connection application = TestDatabase.connect(url)) {
            application.setAutoCommit(false);
            for (int i = 0; i < 1_001; i++) {
                put(application, "#bob", "" + i, null);
            }
            application.commit();
        }

        outbox.turn();

        assertThat(messages(memory.log, "#bob"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 1_001).mapToObj(Integer::toString).toList());
        assertThat(left()).isEmpty();
    }

    @Test
    @DisplayName("a row that can never be published is set aside with the reason and counted; those behind it go on")
    void setsAsideWhatCannotBePublished() throws Exception {
        put("bob", "1");
        put("console#bob", "1");
        put("#bob", "{");
        put("#bob", "1,\"x\":2");
        put("#bob", "1}{\"x\":2");
        put("#bob", "\"" + "x".repeat(999) + "\"");
        put("#bob", "\"" + "é".repeat(900) + "\"");
        put("#bob", "[".repeat(32) + "]".repeat(32));
        put("#bob", "{\"a\":1,\"a\":2}");
        put("#bob", "\"good\"");

        outbox.turn();
        outbox.turn();

        assertThat(messages(memory.log, "#bob")).containsExactly("\"good\"");
        assertThat(left())
                .hasSize(9)
                .startsWith(
                        "bob: channel has no owner: it must be #user or topic#user",
                        "console#bob: the topic console is reserved: only the node publishes there")
                .contains(
                        "#bob: data has more characters than cordon.message.max-bytes allows bytes (1000)",
                        "#bob: data has 1802 bytes, more than cordon.message.max-bytes allows (1000)",
                        "#bob: data is not one JSON value")
                .noneMatch(row -> row.endsWith(": null"));
        assertThat(counters.rejected.sum()).isEqualTo(9);
    }

    @Test
    @DisplayName("a row that was published and could not be removed is not published twice; nor is a key of its own")
    void aRowIsPublishedOnce() throws Exception {
        put("#bob", "1");
        put("#bob", "2", "k");
        put("#bob", "3", "k");
        Outbox failing = outbox(memory, new FailingBehind(table()));

        failing.turn();
        assertThat(left()).hasSize(3);
        outbox.turn();

        assertThat(messages(memory.log, "#bob")).containsExactly("1", "2");
        assertThat(left()).isEmpty();
    }

    /** A table whose transaction fails behind the publishing. */
    private record FailingBehind(OutboxTable of) implements OutboxTable {
        @Override
        public int take(long after, int most, int mostCharacters, Function<List<Row>, Outcome> publish) {
            return of.take(after, most, mostCharacters, rows -> {
                Outcome unused = publish.apply(rows);
                throw new OutboxException("as if the process ended here", new SQLException());
            });
        }

        @Override
        public void close() {
            of.close();
        }
    }

    @Test
    @DisplayName("a row of a table that was made anew is another row, although its id has come before")
    void anIdMayComeAgain() throws Exception {
        put("#bob", "1");
        outbox.turn();
        TestDatabase.run(url, "DROP TABLE cordon_outbox");
        create();
        put("#bob", "2");

        outbox.turn();

        assertThat(messages(memory.log, "#bob")).containsExactly("1", "2");
    }

    /** A log that does not store two messages, although it is there. */
    private record Sick(UserLog log, int batch) implements ForwardingUserLog {
        @Override
        public Appended append(Channel channel, Payload payload) {
            return appendAll(List.of(new Append(channel, payload, Optional.empty())))
                    .get(0);
        }

        @Override
        public List<Appended> appendAll(List<Append> appends) {
            if (appends.stream().anyMatch(one -> one.payload().text().startsWith("\"bad"))) {
                throw new LogUnavailableException("the channel is locked");
            }
            return log.appendAll(appends);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    @DisplayName("a row that the log does not store holds up its channel alone, and after 30 turns nobody")
    void aPoisonedRowHoldsUpNobodyForEver(int batch) throws Exception {
        TestNode node =
                new TestNode(Limits.DEFAULTS, time -> new Sick(new MemoryUserLog(() -> RETENTION, time, "e"), batch));
        Outbox of = outbox(node, table());
        put("#alice", "1");
        put("#bob", "\"bad 2\"");
        put("#alice", "3");
        put("x#bob", "\"bad 4\"");
        put("#bob", "5");

        of.turn();

        assertThat(messages(node.log, "#alice")).containsExactly("1", "3");
        memory.time.advance(Duration.ofSeconds(40));
        for (int turn = 1; turn < 30; turn++) {
            assertThat(left()).containsExactly("#bob: null", "x#bob: null", "#bob: null");
            of.turn();
        }
        assertThat(age()).as("messages wait").isEqualTo(40);
        assertThat(left())
                .containsExactly(
                        "#bob: the log did not store it, 30 times: the channel is locked",
                        "x#bob: the log did not store it, 30 times: the channel is locked");
        assertThat(messages(node.log, "#bob")).containsExactly("5");
        assertThat(counters.rejected.sum()).isEqualTo(2);
    }

    @Test
    @DisplayName("a row that another transaction holds is no fault of the outbox, and is late")
    void waitsForRowsThatAnotherTransactionHolds() throws Exception {
        put("#bob", "1");
        try (LogLines lines = LogLines.of(Outbox.class);
                Connection other = TestDatabase.connect(url);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeUpdate("UPDATE cordon_outbox SET data = '2'");
            outbox.turn();
            memory.time.advance(Duration.ofSeconds(31));
            outbox.turn();

            assertThat(messages(memory.log, "#bob")).isEmpty();
            assertThat(age()).isEqualTo(31);
            other.rollback();
            outbox.turn();

            assertThat(messages(memory.log, "#bob")).containsExactly("1");
            assertThat(age()).isZero();
            assertThat(lines.all()).isEmpty();
        }
    }

    @Test
    @DisplayName("with the log in a database, a row is published once although the process that published it has ended")
    void aRowIsPublishedOnceByTwoProcesses() throws Exception {
        String shared = database.fresh();
        TestNode ended = new TestNode(Limits.DEFAULTS, time -> database.open(shared, () -> RETENTION, time));
        TestNode next = new TestNode(Limits.DEFAULTS, time -> database.open(shared, () -> RETENTION, time));
        put("#bob", "1");
        put("#alice", "2", "k");

        outbox(ended, new FailingBehind(table())).turn();
        assertThat(messages(ended.log, "#bob")).containsExactly("1");
        assertThat(left()).hasSize(2);
        outbox(next, table()).turn();

        assertThat(messages(next.log, "#bob")).containsExactly("1");
        assertThat(messages(next.log, "#alice")).containsExactly("2");
        assertThat(left()).isEmpty();
    }

    @Test
    @DisplayName("while the outbox cannot be read its age grows, one line says so, and one says when it is back")
    void tellsAnOutboxThatCannotBeRead() throws Exception {
        try (LogLines lines = LogLines.of(Outbox.class)) {
            outbox.turn();
            TestDatabase.run(url, "ALTER TABLE cordon_outbox RENAME TO away");
            for (int i = 0; i < 3; i++) {
                memory.time.advance(Duration.ofSeconds(10));
                outbox.turn();
            }
            assertThat(age()).isEqualTo(30);
            TestDatabase.run(url, "ALTER TABLE away RENAME TO cordon_outbox");
            outbox.turn();

            assertThat(age()).isZero();
            assertThat(lines.all()).hasSize(2);
            assertThat(lines.all().get(0))
                    .startsWith("The outbox cannot be read: ")
                    .contains("docs/transactions.md");
            assertThat(lines.all().get(1)).isEqualTo("The outbox can be read again");
        }
    }

    private double age() {
        return counters.metrics().all().stream()
                .filter(metric -> metric.name().equals("cordon_outbox_age_seconds"))
                .mapToDouble(metric -> metric.value().getAsDouble())
                .sum();
    }

    @Test
    @DisplayName("of two nodes that read one outbox each row is published by one, in order")
    void twoNodesShareAnOutbox() throws Exception {
        String shared = database.fresh();
        TestNode first = new TestNode(Limits.DEFAULTS, time -> database.open(shared, () -> RETENTION, time));
        TestNode second = new TestNode(Limits.DEFAULTS, time -> database.open(shared, () -> RETENTION, time));
        Outbox one = outbox(first, table());
        Outbox other = outbox(second, table());
        try (Connection application = TestDatabase.connect(url)) {
            for (int i = 0; i < 500; i++) {
                put(application, "#bob", "" + i, null);
            }
        }

        Thread thread = new Thread(one::turn);
        thread.start();
        other.turn();
        thread.join();
        one.turn();

        assertThat(messages(first.log, "#bob"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 500).mapToObj(Integer::toString).toList());
        assertThat(left()).isEmpty();
    }

    @Test
    void rejectsADataSourceThatIsNotThere() {
        assertThatThrownBy(() -> JdbcOutbox.at(
                        new JdbcSettings("jdbc/none", Optional.empty(), Optional.empty(), Optional.empty())))
                .isInstanceOf(JdbcSettingException.class)
                .hasMessageStartingWith("cordon.outbox.data-source is 'jdbc/none'");
    }
}
