package dev.cordon.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.HandTime;
import dev.cordon.metric.Metric;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CanaryReportTest {
    private static final Duration NANO = Duration.ofNanos(1);

    private final HandTime time = new HandTime();
    private final CanaryReport report = new CanaryReport(time);

    private double value(String name) {
        return report.metrics().all().stream()
                .filter(metric -> metric.name().equals(name))
                .map(Metric::value)
                .findFirst()
                .orElseThrow()
                .getAsDouble();
    }

    private void record(Duration latency, boolean withThird, int times) {
        for (int i = 0; i < times; i++) {
            report.arrived(latency.toNanos(), withThird);
        }
    }

    @Test
    void measuresSilenceWhileTheCanaryIsOn() {
        time.advance(Duration.ofSeconds(5));
        assertThat(report.silence()).as("not started").isZero();

        report.started();
        assertThat(report.silence()).isZero();
        time.advance(Duration.ofSeconds(3));
        assertThat(report.silence()).isEqualTo(Duration.ofSeconds(3));
        assertThat(value("cordon_canary_silence_seconds")).isEqualTo(3);

        report.allWell();
        assertThat(report.silence()).isZero();
        time.advance(Duration.ofSeconds(2));
        assertThat(report.silence()).isEqualTo(Duration.ofSeconds(2));
        report.stopped();
        assertThat(report.silence()).isZero();
    }

    @Test
    void comparesTheLatencyWithAndWithoutTheThirdUser() {
        record(Duration.ofMillis(10), false, 2);
        record(Duration.ofMillis(40), true, 3);

        assertThat(report.neighbourFactor()).isBetween(3.8, 4.2);
        assertThat(value("cordon_canary_neighbour_factor")).isEqualTo(report.neighbourFactor());
        assertThat(report.compared()).isEqualTo(2);
        assertThat(value("cordon_canary_compared_samples")).isEqualTo(2);
        assertThat(report.received.sum()).isEqualTo(5);
        assertThat(report.delivery.count()).isEqualTo(5);
    }

    @Test
    void doesNotBlameTheThirdUserForPausesOfTheMachine() {
        record(Duration.ofMillis(1), false, 1);
        record(Duration.ofMillis(19), true, 1);
        assertThat(report.neighbourFactor()).isEqualTo(1);

        CanaryReport quicker = new CanaryReport(time);
        quicker.arrived(Duration.ofMillis(10).toNanos(), false);
        quicker.arrived(Duration.ofMillis(5).toNanos(), true);
        assertThat(quicker.neighbourFactor()).isBetween(0.45, 0.55);

        CanaryReport slow = new CanaryReport(time);
        slow.arrived(Duration.ofMillis(100).toNanos(), true);
        assertThat(slow.neighbourFactor()).as("compared with nothing").isGreaterThan(1_000_000);
    }

    @Test
    void forgetsTheDeliveriesOfTheMinuteBefore() {
        record(Duration.ofMillis(1), false, 1);
        time.advance(CanaryReport.HALF_WINDOW.minus(NANO));
        report.rotate();
        time.advance(NANO);
        report.rotate();
        time.advance(CanaryReport.HALF_WINDOW.minus(NANO));
        report.rotate();
        assertThat(report.delivery.window().getTotalCount()).isEqualTo(1);

        time.advance(NANO);
        report.rotate();

        assertThat(report.delivery.window().getTotalCount()).isZero();
        assertThat(report.apart.window().getTotalCount())
                .as("compared over a longer time")
                .isEqualTo(1);
    }

    @Test
    void forgetsTheComparedDeliveriesAfterTenMinutes() {
        record(Duration.ofMillis(1), false, 1);
        record(Duration.ofMillis(1), true, 1);
        time.advance(CanaryReport.COMPARED.minus(NANO));
        report.rotate();
        time.advance(NANO);
        report.rotate();
        time.advance(CanaryReport.COMPARED.minus(NANO));
        report.rotate();
        assertThat(report.compared()).isEqualTo(1);

        time.advance(NANO);
        report.rotate();

        assertThat(report.apart.window().getTotalCount()).isZero();
        assertThat(report.beside.window().getTotalCount()).isZero();
    }
}
