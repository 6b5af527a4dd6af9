package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MemoryAcknowledgementTest extends AcknowledgementContract {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Retention RETENTION = new Retention(5, 1_000, Duration.ofMinutes(1), 1_000_000_000);

    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return new MemoryUserLog(retention, clock);
    }

    @Test
    @DisplayName("F45 reconciliation finds a publication that left without a reason")
    void reconciliationFindsAPublicationThatLeftWithoutAReason() {
        UserLog log = new MemoryUserLog(() -> RETENTION, new HandClock(), "e1", Forgetful::new);
        log.append(Channel.parse("#bob"), Payload.EMPTY);
        log.append(ALICE, Payload.EMPTY);
        log.append(ALICE, Payload.EMPTY);

        log.remove(ALICE);

        Reconciliation found = log.reconcile();
        assertThat(found.channels()).isEqualTo(2);
        assertThat(found.imbalanced()).isEqualTo(1);
        assertThat(found.first()).contains("#alice");
        assertThat(found.total().imbalance()).isEqualTo(2);
        assertThat(found.imbalance()).isEqualTo(2);
    }

    @Test
    @DisplayName("F45 the imbalance of a forgotten channel stays in the total")
    void anImbalanceOutlivesItsChannel() {
        HandClock clock = new HandClock();
        UserLog log = new MemoryUserLog(() -> RETENTION, clock, "e1", Forgetful::new);
        log.append(ALICE, Payload.EMPTY);
        log.remove(ALICE);
        clock.advance(Retention.DEFAULT_POSITION_TIME_TO_LIVE);
        log.sweep(channel -> false);

        assertThat(log.reconcile().channels()).isZero();
        assertThat(log.reconcile().imbalance()).isEqualTo(1);
    }

    @Test
    void imbalancesOfTwoChannelsDoNotCancelEachOther() {
        Ledger lost = new Ledger(1, 0, 0, 0, 0, 0);
        Ledger twice = new Ledger(1, 1, 0, 1, 0, 0);

        Ledger total = lost.plus(twice);

        assertThat(total.imbalance()).isZero();
        assertThat(new Reconciliation(2, 2, total, java.util.Optional.of("#a")).imbalance())
                .isEqualTo(2);
    }

    @Test
    @DisplayName("F11 the positions of a log are bounded: a session beyond the bound goes on without one")
    void keepsNoMorePositionsThanItsTotal() {
        UserLog log = open(() -> RETENTION, new HandClock());
        int most = MemoryUserLog.maxPositions();
        SessionId session = new SessionId("s");
        for (int i = 0; i < most + 5; i++) {
            log.follow(Channel.parse("#user" + i), session);
        }

        assertThat(log.stats().positions()).isEqualTo(most);
        assertThat(log.stats().positionsDropped()).isEqualTo(5);
        assertThat(log.acknowledged(Channel.parse("#user0"), session)).isPresent();

        log.sweep(channel -> false);
        assertThat(log.stats().channels())
                .as("channels with a position, and no others")
                .isEqualTo(most);
    }

    /** Drops removed publications without an entry in the ledger. */
    private static final class Forgetful extends MemoryChannel {
        Forgetful(Channel channel, String epoch, long generation, boolean entered, long now, MemoryTotals totals) {
            super(channel, epoch, generation, entered, now, totals);
        }

        @Override
        void left(Reason reason) {
            if (reason != Reason.REMOVED) {
                super.left(reason);
            }
        }
    }
}
