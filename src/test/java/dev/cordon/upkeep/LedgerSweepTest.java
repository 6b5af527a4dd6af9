package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.Ledger;
import dev.cordon.log.Reconciliation;
import dev.cordon.log.UserLog;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LedgerSweepTest {
    private final TestNode node = new TestNode();

    @Test
    void findsNothingWhenTheLedgerAddsUp() {
        node.publish("alice");
        LedgerSweep sweep = new LedgerSweep(node.log);

        assertThat(LogLines.of(LedgerSweep.class, () -> assertThat(sweep.run()).isEqualTo(new Sweep.Found(0, 0))))
                .isEmpty();
        assertThat(sweep.last().channels()).isEqualTo(1);
        assertThat(sweep.last().total()).isEqualTo(new Ledger(1, 0, 1, 0, 0, 0));
    }

    @Test
    @DisplayName("F06 an imbalance is found, not removed, and logged at each run as an error that names the channel")
    void logsAnImbalanceAsAnErrorThatNamesTheChannel() {
        Ledger lost = new Ledger(3, 0, 1, 0, 0, 0);
        LedgerSweep sweep = new LedgerSweep(new Fixed(node.log, new Reconciliation(5, 1, lost, Optional.of("#alice"))));

        List<LogRecord> records = LogLines.of(LedgerSweep.class, () -> {
            assertThat(sweep.run()).isEqualTo(new Sweep.Found(2, 0));
            assertThat(sweep.run()).isEqualTo(new Sweep.Found(2, 0));
        });

        assertThat(records).extracting(LogRecord::getLevel).containsExactly(Level.SEVERE, Level.SEVERE);
        assertThat(records.get(0).getParameters()).contains("#alice");
        assertThat(sweep.last().imbalance()).isEqualTo(2);
    }

    @Test
    @DisplayName("F08 the acknowledged position of a connected session is kept, however long the session is silent")
    void keepsThePositionOfAConnectedSession() {
        node.connect("alice", "laptop");
        node.log.follow(TestNode.personal("alice"), new SessionId("laptop"));
        node.log.follow(TestNode.personal("alice"), new SessionId("phone"));
        node.time.advance(Duration.ofDays(1));

        new LogSweep(node.log, node.factory).run();

        assertThat(node.log.acknowledged(TestNode.personal("alice"), new SessionId("laptop")))
                .isPresent();
        assertThat(node.log.acknowledged(TestNode.personal("alice"), new SessionId("phone")))
                .isEmpty();
    }

    private record Fixed(UserLog log, Reconciliation reconcile) implements ForwardingUserLog {}
}
