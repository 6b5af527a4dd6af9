package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cordon.log.Append;
import dev.cordon.log.HandClock;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DatabaseClockTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Retention RETENTION = new Retention(100, 10_000_000, Duration.ofMinutes(10), 1_000_000_000);

    private final TestDatabase database = TestDatabase.postgres();
    private final String url = database.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    /** A node's log; its clock is ahead by so much. */
    private JdbcUserLog log(Duration ahead) {
        return JdbcUserLog.open(
                TestDatabase.settings(url),
                () -> RETENTION,
                Clock.offset(Clock.systemUTC(), ahead),
                TestDatabase.KEY_WINDOW);
    }

    @Test
    @DisplayName("N3: a publish repeated on a node whose clock is five minutes ahead is found by its key")
    void nodesWhoseClocksDifferAgreeOnKeys() {
        List<Append> append = List.of(new Append(ALICE, Payload.json("1"), Optional.of("k")));
        try (JdbcUserLog behind = log(Duration.ofMinutes(-5));
                JdbcUserLog ahead = log(Duration.ofMinutes(5))) {
            behind.appendAll(append);

            assertThat(ahead.appendAll(append).get(0).repeated()).isTrue();
            assertThat(behind.top(ALICE).offset()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("N3: a node whose clock is ahead expires nothing early and hides nothing")
    void nodesWhoseClocksDifferAgreeOnAge() {
        try (JdbcUserLog one = log(Duration.ZERO);
                JdbcUserLog ahead = log(Duration.ofMinutes(11))) {
            one.append(ALICE, Payload.json("1"));

            ahead.sweep(channel -> true);

            assertThat(ahead.history(ALICE, Optional.empty(), -1).publications())
                    .hasSize(1);
            assertThat(one.history(ALICE, Optional.empty(), -1).publications()).hasSize(1);
        }
    }

    @Test
    void showsThisNodesTimeUntilTheFirstComparison() {
        HandClock own = new HandClock();
        DatabaseClock clock = new DatabaseClock(own);

        assertThat(clock.instant()).isEqualTo(HandClock.START);
        assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
        assertThat(clock.withZone(ZoneOffset.MAX)).isSameAs(clock);
    }

    @Test
    void goesOnWithThisNodesTimeAfterAComparison() throws SQLException {
        HandClock own = new HandClock();
        DatabaseClock clock = new DatabaseClock(own);
        try (Connection connection = TestDatabase.connect(url)) {
            Duration ahead = clock.compare(connection);

            assertThat(clock.instant()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
            assertThat(clock.instant()).isEqualTo(HandClock.START.plus(ahead));
            own.advance(Duration.ofHours(1));
            assertThat(clock.instant()).isEqualTo(HandClock.START.plus(ahead).plus(Duration.ofHours(1)));
        }
    }

    /** Moves on at each reading, as if the database answered late. */
    private static final class SlowClock extends Clock {
        private Instant now = HandClock.START;
        private Duration step = Duration.ZERO;

        @Override
        public Instant instant() {
            now = now.plus(step);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void aSlowAnswerDoesNotReplaceAnEarlierComparison() throws SQLException {
        SlowClock own = new SlowClock();
        DatabaseClock clock = new DatabaseClock(own);
        try (Connection connection = TestDatabase.connect(url)) {
            own.step = DatabaseClock.EXACT.plusMillis(1);
            Duration first = clock.compare(connection);
            assertThat(clock.compare(connection)).isEqualTo(first);

            own.step = DatabaseClock.EXACT;
            assertThat(clock.compare(connection)).isNotEqualTo(first);
        }
    }
}
