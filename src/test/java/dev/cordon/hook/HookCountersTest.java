package dev.cordon.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cordon.hook.HookCounters.Outcome;
import dev.cordon.hook.HookCounters.Told;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookCountersTest {
    private final HookCounters counters = new HookCounters();

    /** What {@code /metrics} shows. */
    private double shown(String id) {
        return counters.metrics().all().stream()
                .filter(metric -> metric.id().equals(id))
                .findFirst()
                .orElseThrow()
                .value()
                .getAsDouble();
    }

    @Test
    void aCallIsCountedByItsQuestionAndItsOutcome() {
        counters.call(HookCall.Kind.SUBSCRIBE, Outcome.REFUSED, 1);

        assertThat(shown("cordon_hook_calls_total{event=\"subscribe\",outcome=\"refused\"}"))
                .isEqualTo(1);
        assertThat(shown("cordon_hook_calls_total{event=\"connect\",outcome=\"refused\"}"))
                .isZero();
        assertThat(shown("cordon_hook_calls_total{event=\"subscribe\",outcome=\"accepted\"}"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"ACCEPTED,0", "REFUSED,0", "FAILED,1", "LATE,1", "BUSY,1"})
    void aCallWithoutAnAnswerIsAFailure(Outcome outcome, long failures) {
        counters.call(HookCall.Kind.RPC, outcome, 1);

        assertThat(counters.failures.sum()).isEqualTo(failures);
    }

    @ParameterizedTest
    @CsvSource({"TOLD,0", "FAILED,1", "RETRIED,0"})
    void anEventThatIsGivenUpIsAFailure(Told outcome, long failures) {
        counters.event(outcome);

        assertThat(counters.failures.sum()).isEqualTo(failures);
        assertThat(counters.events(outcome)).isEqualTo(1);
    }

    @Test
    void aCallsTimeIsMeasured() {
        counters.call(HookCall.Kind.RPC, Outcome.ACCEPTED, Duration.ofSeconds(2).toNanos());

        assertThat(shown("cordon_hook_call_seconds{quantile=\"1\"}")).isCloseTo(2, within(0.05));
        assertThat(shown("cordon_hook_call_samples_total")).isEqualTo(1);
    }
}
