package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.manager.TestNode;
import dev.cordon.upkeep.LogLines;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Health and metrics while the log is unavailable. */
class LostLogTest {
    private final TestNode node = new TestNode();
    private final Away log = new Away();

    private final class Away implements ForwardingUserLog {
        private Optional<String> why = Optional.empty();
        private Duration lasting = ChronoUnit.FOREVER.getDuration();

        @Override
        public UserLog log() {
            why.ifPresent(reason -> {
                throw new LogUnavailableException(reason);
            });
            return node.log;
        }

        @Override
        public Optional<String> unavailable() {
            return why;
        }

        @Override
        public Duration unavailableFor() {
            return lasting;
        }
    }

    @BeforeAll
    static void answerAsTheContainerDoes() {
        HealthCheckResponse.setResponseProvider(HealthTest.Response::new);
    }

    @AfterAll
    static void leaveTheContainersAnswer() {
        HealthCheckResponse.setResponseProvider(null);
    }

    @Test
    @DisplayName("F47 the readiness check of the log says why the log is unavailable")
    void readinessSaysWhyTheLogIsUnavailable() {
        LogCheck check = new LogCheck(log);
        assertThat(check.call().getName()).isEqualTo("log");
        assertThat(check.call().getStatus()).isEqualTo(Status.UP);

        log.why = Optional.of("no answer");

        assertThat(check.call().getStatus()).isEqualTo(Status.DOWN);
        assertThat(check.call().getData().orElse(Map.of())).containsEntry("reason", "no answer");
    }

    @Test
    @DisplayName("N1: a log that is away for a moment leaves the node ready; one that stays away does not")
    void aMomentWithoutTheLogLeavesTheNodeReady() {
        LogCheck check = new LogCheck(log);
        log.why = Optional.of("no answer");

        log.lasting = LogCheck.GRACE.minusMillis(1);
        assertThat(check.call().getStatus()).isEqualTo(Status.UP);

        log.lasting = LogCheck.GRACE;
        assertThat(check.call().getStatus()).isEqualTo(Status.DOWN);
        assertThat(check.call().getData().orElse(Map.of())).containsEntry("reason", "no answer");

        log.why = Optional.empty();
        assertThat(check.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    @DisplayName("O3: reading a metric of an unavailable log writes no line, because the loss was logged once already")
    void o3_metricsOfAnUnavailableLogWriteNoLine() {
        log.why = Optional.of("no answer");
        CachedReading<Long> appended = new CachedReading<>(() -> log.stats().appended(), 0L, node.time);

        assertThat(LogLines.of(CachedReading.class, appended::get))
                .noneMatch(line -> line.getLevel().intValue() > Level.FINE.intValue());
    }

    @Test
    @DisplayName("F46 the metrics of an unavailable log keep their last value, zero at the start")
    void metricsOfAnUnavailableLogKeepTheirLastValue() {
        log.why = Optional.of("no answer");
        CachedReading<Long> appended = new CachedReading<>(() -> log.stats().appended(), 0L, node.time);
        assertThat(appended.get()).isZero();

        log.why = Optional.empty();
        node.publish("alice");
        node.time.advance(Duration.ofSeconds(1));
        assertThat(appended.get()).isEqualTo(1);

        log.why = Optional.of("no answer");
        node.time.advance(Duration.ofSeconds(1));
        assertThat(appended.get()).isEqualTo(1);
    }
}
