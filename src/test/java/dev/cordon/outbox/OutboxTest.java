package dev.cordon.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Limits;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.upkeep.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The turns of an outbox whose table is a list. The tests of {@code jdbc} have real tables. */
class OutboxTest {
    private static final Retention RETENTION =
            new Retention(10_000, 64L * 1024 * 1024, Duration.ofMinutes(10), 256L * 1024 * 1024);

    private final StoredAppends stored = new StoredAppends(new ArrayList<>(), new ArrayList<>(), 100);
    private final TestNode node = node(stored);
    private final ListTable table = new ListTable();
    private final OutboxCounters counters = new OutboxCounters(node.time);
    private final Outbox outbox = outbox(node, 1_000);

    private static TestNode node(StoredAppends stored) {
        return new TestNode(
                Limits.DEFAULTS, time -> new CountingLog(new MemoryUserLog(() -> RETENTION, time, "e"), stored));
    }

    private Outbox outbox(TestNode of, int maxBytes) {
        return new Outbox(table, of.publisher, of.log, new OutboxMessages(() -> maxBytes), counters, node.time);
    }

    /** What a log was asked to store: alone, and together. */
    private record StoredAppends(List<String> alone, List<Integer> together, int batch) {}

    /** A log that does not store messages that begin with {@code "bad}, although it is there. */
    private record CountingLog(UserLog log, StoredAppends stored) implements ForwardingUserLog {
        @Override
        public int batch() {
            return stored.batch;
        }

        @Override
        public Appended append(Channel channel, Payload payload) {
            stored.alone.add(payload.text());
            reject(payload);
            return log.append(channel, payload);
        }

        @Override
        public List<Appended> appendAll(List<Append> appends) {
            stored.together.add(appends.size());
            appends.forEach(one -> reject(one.payload()));
            return log.appendAll(appends);
        }

        private static void reject(Payload payload) {
            if (payload.text().startsWith("\"bad")) {
                throw new LogUnavailableException("the channel is locked");
            }
        }
    }

    /** A table in a list. */
    private final class ListTable implements OutboxTable {
        private final List<Row> rows = new ArrayList<>();
        private final List<Integer> asked = new ArrayList<>();
        private Duration each = Duration.ZERO;
        private boolean away;
        private boolean closed;

        void put(String channel, String data) {
            put(channel, data, Optional.empty());
        }

        void put(String channel, String data, Optional<String> key) {
            rows.add(new Row(rows.size() + 1L, "now", channel, Optional.of(data), key));
        }

        @Override
        public int take(long after, int most, int mostCharacters, Function<List<Row>, Outcome> publish) {
            if (away) {
                throw new OutboxException("it is away", new IllegalStateException());
            }
            asked.add(most);
            node.time.advance(each);
            List<Row> taken =
                    rows.stream().filter(row -> row.id() > after).limit(most).toList();
            if (!taken.isEmpty()) {
                Outcome outcome = publish.apply(taken);
                rows.removeIf(row -> outcome.published().contains(row.id())
                        || outcome.rejected().containsKey(row.id()));
            }
            return taken.size();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private double age() {
        return counters.metrics().all().stream()
                .filter(metric -> metric.name().equals("cordon_outbox_age_seconds"))
                .mapToDouble(metric -> metric.value().getAsDouble())
                .sum();
    }

    private static List<String> texts(List<LogRecord> lines) {
        return lines.stream().map(new SimpleFormatter()::formatMessage).toList();
    }

    @Test
    @DisplayName("a turn begins no transaction once five seconds have passed, and what is left waits for the next turn")
    void aTurnEnds() {
        for (int i = 0; i < 7 * Outbox.BATCH; i++) {
            table.put("#bob", "" + i);
        }
        table.each = Duration.ofSeconds(1);

        outbox.turn();
        assertThat(table.asked).hasSize(5).containsOnly(Outbox.BATCH);
        assertThat(age()).as("not all was published").isEqualTo(5);

        outbox.turn();
        assertThat(table.rows).isEmpty();
        assertThat(age()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1000, 200", "1048576, 8", "8388608, 1", "16777216, 1"})
    @DisplayName("rows of one transaction have at most 8 MB of data together, and there is always one")
    void aTransactionIsBounded(int maxBytes, int rows) {
        outbox(node, maxBytes).turn();

        assertThat(table.asked).containsExactly(rows);
    }

    @Test
    void anEmptyOutboxIsReadWhole() {
        outbox.turn();
        node.time.advance(Duration.ofSeconds(9));
        assertThat(age()).isEqualTo(9);

        outbox.turn();

        assertThat(age()).isZero();
    }

    @Test
    @DisplayName("a log that gains from it stores rows together, and others store them one by one")
    void storesTogetherWhereTheLogGains() {
        StoredAppends apart = new StoredAppends(new ArrayList<>(), new ArrayList<>(), 1);
        table.put("#bob", "1");
        table.put("#bob", "2");
        outbox.turn();
        table.put("#bob", "3");
        table.put("#bob", "4");
        outbox(node(apart), 1_000).turn();

        assertThat(stored.together).containsExactly(2);
        assertThat(stored.alone).isEmpty();
        assertThat(apart.alone).containsExactly("3", "4");
        assertThat(apart.together).isEmpty();
    }

    @Test
    @DisplayName("rows are published one by one when the log does not store them together, at most 200 a turn")
    void oneByOneIsBounded() {
        table.put("#alice", "\"bad\"");
        for (int i = 0; i < Outbox.BATCH + 50; i++) {
            table.put("#bob", "" + i);
        }

        outbox.turn();

        assertThat(table.asked).hasSize(1 + Outbox.BATCH).startsWith(Outbox.BATCH, 1, 1);
        assertThat(stored.together).hasSize(1 + Outbox.BATCH).endsWith(1, 1);
    }

    @Test
    @DisplayName("a row that is set aside is one line of the log; details say what the log and the database answered")
    void tellsWhatHappened() {
        table.put("bob", "1");
        table.put("#bob", "\"bad\"");

        List<String> lines = texts(LogLines.withDetails(Outbox.class, outbox::turn));
        table.away = true;
        List<String> away = texts(LogLines.withDetails(Outbox.class, outbox::turn));

        assertThat(lines)
                .containsExactly(
                        "The log did not store rows of the outbox",
                        "A row of the outbox was set aside, id 1: channel has no owner: it must be #user or topic#user",
                        "The log did not store a row of the outbox");
        assertThat(away).hasSize(2).last().isEqualTo("The outbox cannot be read");
    }

    @Test
    void closesTheConnections() {
        outbox.close();

        assertThat(table.closed).isTrue();
        outbox.turn();
        assertThat(table.asked).isEmpty();
    }

    @Test
    @DisplayName("data may have as many bytes as a message, and a key 128")
    void boundsAreInclusive() {
        table.put("#bob", "\"" + "x".repeat(998) + "\"", Optional.of("k".repeat(128)));
        table.put("#bob", "\"" + "x".repeat(999) + "\"");
        table.put("#bob", "1", Optional.of("k".repeat(127) + "é"));

        List<String> lines = texts(LogLines.of(Outbox.class, outbox::turn));

        assertThat(counters.published.sum()).isEqualTo(1);
        assertThat(counters.rejected.sum()).isEqualTo(2);
        assertThat(lines)
                .as("lines of one cause are limited")
                .containsExactly("A row of the outbox was set aside, id 2: data has 1001 bytes, more than"
                        + " cordon.message.max-bytes allows (1000)");
    }
}
