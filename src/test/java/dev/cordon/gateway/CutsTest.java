package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Cuts.Reason;
import dev.cordon.upkeep.LogLines;
import java.util.List;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** What is logged about connections that were cut. */
class CutsTest {
    private static final long PERIOD = Cuts.PERIOD.toNanos();

    private final Cuts cuts = new Cuts();
    private long now = Long.MAX_VALUE - 5;

    @Test
    void logsNothingWhenNoConnectionWasCut() {
        assertThat(report()).isEmpty();
    }

    @Test
    void logsTheFirstCutsAtOnceWithTheirNumberAndReason() {
        cut(Reason.SLOW_SENDER, 3);
        cut(Reason.COMMANDS, 1);

        assertThat(report())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.get(0)).startsWith("3 connections cut: a message did not arrive"))
                .satisfies(
                        lines -> assertThat(lines.get(1)).startsWith("1 connections cut: a client without the group"));
        assertThat(cuts.sum(Reason.SLOW_SENDER)).isEqualTo(3);
    }

    @Test
    void logsNothingMoreUntilThePeriodIsOver() {
        cut(Reason.SLOW_SENDER, 1);
        report();
        cut(Reason.SLOW_SENDER, 2);
        cut(Reason.UNREAD_ANSWERS, 1);

        now += PERIOD - 1;
        assertThat(report()).isEmpty();
        now += 1;

        assertThat(report())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.get(0)).startsWith("2 connections cut: a message"))
                .satisfies(lines -> assertThat(lines.get(1)).startsWith("1 connections cut: clients read less than"));
    }

    @Test
    void logsEachCutOnce() {
        cut(Reason.HALF_RECEIVED, 1);
        report();
        now += 2 * PERIOD;

        assertThat(report()).isEmpty();
        cut(Reason.HALF_RECEIVED, 1);
        assertThat(report()).as("the period began with the last line").hasSize(1);
    }

    private void cut(Reason reason, int times) {
        for (int i = 0; i < times; i++) {
            cuts.add(reason);
        }
    }

    private List<String> report() {
        return LogLines.of(Cuts.class, () -> cuts.report(now)).stream()
                .map(new SimpleFormatter()::formatMessage)
                .toList();
    }
}
