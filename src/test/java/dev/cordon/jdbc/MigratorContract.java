package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Append;
import dev.cordon.log.HandClock;
import dev.cordon.log.Ledger;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A database that an earlier version has filled. */
abstract class MigratorContract {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final SessionId LAPTOP = new SessionId("laptop");

    private final HandClock clock = new HandClock();
    private final Retention retention = new Retention(100, 10_000_000, Duration.ofMinutes(10), 1_000_000_000);
    private final TestDatabase database = databases();

    /** Databases of the kind under test. */
    abstract TestDatabase databases();

    @AfterEach
    void close() {
        database.close();
    }

    /** As version 1 left it: alice has 3 publications, has acknowledged 2, and one has a key; something was forgotten at 7. */
    private static void fillFirstVersion(String url, long now) throws IOException {
        try (InputStream in = Migrator.class.getResourceAsStream("V1__log.sql")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
            for (String statement : text.split(";\\s*\n", -1)) {
                if (!statement.isBlank()) {
                    TestDatabase.run(url, statement);
                }
            }
        }
        TestDatabase.run(
                url,
                "CREATE TABLE cordon_schema (version INTEGER PRIMARY KEY, file VARCHAR(100) NOT NULL)",
                "INSERT INTO cordon_schema (version, file) VALUES (1, 'V1__log.sql')",
                "INSERT INTO cordon_log (one, epoch, floor_seq, accepted, expired) VALUES (1, 'old', 7, 7, 7)",
                "INSERT INTO cordon_channel (name, owner, epoch, base_seq, top_seq, kept, bytes, last_at, acknowledged_seq,"
                        + " acknowledged) VALUES ('#alice', 'alice', 'old', 7, 10, 3, 3, " + now + ", 9, 2)",
                "INSERT INTO cordon_key (channel_id, key_hash, seq, made_at) SELECT id, '"
                        + IdempotencyKeys.Key.of(1, "k").hash() + "', 10, " + now + " FROM cordon_channel",
                "INSERT INTO cordon_session (channel_id, session_id, seq, heard_at) SELECT id, 'laptop', 9, " + now
                        + " FROM cordon_channel");
        for (int seq = 8; seq <= 10; seq++) {
            TestDatabase.run(
                    url,
                    "INSERT INTO cordon_publication (channel_id, seq, published_at, payload) SELECT id, " + seq + ", "
                            + now + ", CAST('1' AS BYTEA) FROM cordon_channel");
        }
    }

    @Test
    @DisplayName("L2: an earlier version's publications, positions, keys and counts are valid in this one")
    void migratesTheDataOfTheFirstVersion() throws IOException {
        String url = database.fresh();
        fillFirstVersion(url, clock.millis());

        JdbcUserLog log = database.open(url, () -> retention, clock);

        assertThat(log.top(ALICE)).isEqualTo(new StreamPosition("old", 10));
        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(new StreamPosition("old", 9));
        assertThat(log.readAfter(ALICE, new StreamPosition("old", 9)).publications())
                .hasSize(1);
        assertThat(log.appendAll(List.of(new Append(ALICE, Payload.json("1"), Optional.of("k"))))
                        .get(0)
                        .repeated())
                .isTrue();
        assertThat(log.append(ALICE, Payload.json("2")).publication().offset()).isEqualTo(11);
        assertThat(log.acknowledge(ALICE, LAPTOP, new StreamPosition("old", 11)).offset())
                .isEqualTo(11);
        log.append(BOB, Payload.json("1"));
        assertThat(log.ledger()).isEqualTo(new Ledger(12, 4, 1, 7, 0, 0));
        assertThat(log.reconcile().imbalance()).isZero();
    }
}
