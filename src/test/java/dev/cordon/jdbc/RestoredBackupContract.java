package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.Appended;
import dev.cordon.log.HandClock;
import dev.cordon.log.Retention;
import dev.cordon.log.UnknownPositionException;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A database whose data is older than what clients have seen, and has the new epoch that the documentation asks for. */
abstract class RestoredBackupContract {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final SessionId LAPTOP = new SessionId("laptop");
    private static final SessionId PHONE = new SessionId("phone");
    private static final Retention RETENTION = new Retention(100, 10_000_000, Duration.ofMinutes(10), 1_000_000_000);
    private static final List<String> TABLES =
            List.of("cordon_log", "cordon_channel", "cordon_publication", "cordon_key", "cordon_session");

    private final HandClock clock = new HandClock();
    private final TestDatabase database = databases();

    /** Databases of the kind under test. */
    abstract TestDatabase databases();

    @AfterEach
    void close() {
        database.close();
    }

    private static void dump(String url) {
        TABLES.forEach(table -> TestDatabase.run(url, "CREATE TABLE dump_" + table + " AS SELECT * FROM " + table));
    }

    private static void restore(String url) {
        for (String table : TABLES) {
            TestDatabase.run(url, "DELETE FROM " + table, "INSERT INTO " + table + " SELECT * FROM dump_" + table);
        }
        TestDatabase.run(
                url, "UPDATE cordon_channel SET epoch = 'restored1'", "UPDATE cordon_log SET epoch = 'restored1'");
    }

    private static void append(JdbcUserLog log, int count) {
        for (int i = 0; i < count; i++) {
            log.append(ALICE, Payload.json("1"));
        }
    }

    @Test
    @DisplayName("L2: a position acknowledged before a backup was restored is not valid in the new epoch")
    void aPositionFromBeforeTheRestoreIsNotValid() {
        String url = database.fresh();
        JdbcUserLog log = database.open(url, () -> RETENTION, clock);
        append(log, 3);
        StreamPosition third = log.top(ALICE);
        log.acknowledge(ALICE, LAPTOP, third);
        log.acknowledge(ALICE, PHONE, third);
        dump(url);
        append(log, 2);
        Appended afterTheDump = log.append(BOB, Payload.json("1"));
        restore(url);

        Appended again = log.append(BOB, Payload.json("2"));
        assertThat(again.publication().offset()).isEqualTo(1);
        assertThat(again.epoch())
                .as("an offset is never given twice in an epoch")
                .isNotEqualTo(afterTheDump.epoch());
        StreamPosition kept = log.acknowledged(ALICE, LAPTOP).orElseThrow();
        assertThat(kept).isEqualTo(third);
        assertThat(log.readAfter(ALICE, kept).complete()).as("recovered").isFalse();
        assertThatThrownBy(() -> log.acknowledge(ALICE, LAPTOP, third)).isInstanceOf(UnknownPositionException.class);

        StreamPosition top = new StreamPosition("restored1", 3);
        assertThat(log.follow(ALICE, PHONE)).isEqualTo(top);
        assertThat(log.acknowledge(ALICE, LAPTOP, new StreamPosition("restored1", 2))
                        .offset())
                .as("the session's position begins anew")
                .isEqualTo(2);
        append(log, 1);
        assertThat(log.readAfter(ALICE, log.acknowledged(ALICE, PHONE).orElseThrow())
                        .publications())
                .hasSize(1);
        assertThat(log.readAfter(ALICE, log.acknowledged(ALICE, LAPTOP).orElseThrow())
                        .publications())
                .hasSize(2);
        assertThat(log.stats().positions()).isEqualTo(2);
    }
}
