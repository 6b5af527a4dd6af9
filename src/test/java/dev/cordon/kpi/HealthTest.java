package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.upkeep.CleanupInterval;
import dev.cordon.upkeep.Duty;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final KpiNode node = new KpiNode();
    private Optional<String> cluster = Optional.empty();
    private final Health health = new Health(
            node.node.factory,
            node.tick,
            node.duties,
            node.cleanup,
            new CleanupInterval(() -> INTERVAL),
            () -> cluster);

    @BeforeAll
    static void answerAsTheContainerDoes() {
        HealthCheckResponse.setResponseProvider(Response::new);
    }

    @AfterAll
    static void leaveTheContainersAnswer() {
        HealthCheckResponse.setResponseProvider(null);
    }

    private HealthCheckResponse ready() {
        return new ReadinessCheck(health).call();
    }

    private HealthCheckResponse live() {
        return new LivenessCheck(health).call();
    }

    private static Map<String, Object> data(HealthCheckResponse response) {
        return response.getData().orElse(Map.of());
    }

    /** Advances the time and runs the tick. */
    private void pass(Duration time) {
        node.node.time.advance(time);
        node.tick.run();
    }

    @Test
    void isReadyAndLiveFromTheStart() {
        assertThat(ready().getName()).isEqualTo("cordon-ready");
        assertThat(ready().getStatus()).isEqualTo(Status.UP);
        assertThat(live().getName()).isEqualTo("cordon-live");
        assertThat(live().getStatus()).isEqualTo(Status.UP);
        assertThat(data(ready())).doesNotContainKey("reason");
    }

    @Test
    @DisplayName("F47 readiness reports the numbers of users, managers and connections")
    void readinessReportsUsersManagersAndConnections() {
        node.node.connect("alice", "a");
        node.node.connect("alice", "b");
        node.node.connect("alice", "b");

        assertThat(data(ready())).isEqualTo(Map.of("users", 1L, "managers", 2L, "connections", 3L));
    }

    @Test
    @DisplayName("a node that cannot reach the others is not ready but still live")
    void isNotReadyWithoutTheOthers() {
        cluster = Optional.of("the data grid has ended on this node: restart the process");

        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(ready())).containsEntry("reason", "the data grid has ended on this node: restart the process");
        assertThat(live().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    @DisplayName("F47 a node that shuts down is not ready but still live")
    void isNotReadyWhenShuttingDown() {
        node.node.factory.stopAccepting();

        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(ready())).containsEntry("reason", "shutting down");
        assertThat(live().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    @DisplayName("F04 a cleanup that has not run for two intervals turns readiness DOWN")
    void isNotReadyWithoutCleanup() {
        pass(INTERVAL.multipliedBy(2).plusSeconds(30));
        assertThat(ready().getStatus()).isEqualTo(Status.UP);

        pass(Duration.ofSeconds(1));

        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(ready())).containsEntry("reason", "the cleanup has not run for 631 s, more than two intervals");
        assertThat(live().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    @DisplayName("F04 the node is ready again once the cleanup has run")
    void isReadyAgainAfterACleanup() {
        pass(Duration.ofHours(1));
        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);

        node.cleanup.run();

        assertThat(ready().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    @DisplayName("F47 a tick that has not run for more than 30 s turns liveness and readiness DOWN")
    void isNotLiveWithoutTheTick() {
        pass(Duration.ofSeconds(1));
        node.node.time.advance(Duration.ofSeconds(30));
        assertThat(live().getStatus()).isEqualTo(Status.UP);

        node.node.time.advance(Duration.ofSeconds(1));

        assertThat(live().getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(live())).containsEntry("reason", "the shared tick has not run for 31 s");
        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(ready())).containsEntry("reason", "the shared tick has not run for 31 s");
    }

    @Test
    @DisplayName("F47 a tick that has not run for more than 10 s turns only readiness DOWN, until it runs again")
    void isNotReadyWhileTheTickIsLate() {
        node.node.time.advance(Duration.ofSeconds(10));
        assertThat(ready().getStatus()).isEqualTo(Status.UP);

        node.node.time.advance(Duration.ofSeconds(1));

        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(ready())).containsEntry("reason", "the shared tick has not run for 11 s");
        assertThat(live().getStatus()).isEqualTo(Status.UP);
        pass(Duration.ZERO);
        assertThat(ready().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    @DisplayName("F46 health and metrics report the same ages of tick and cleanup")
    void agreesWithTheMetrics() {
        node.node.time.advance(Duration.ofSeconds(31));

        assertThat(node.values())
                .containsEntry("cordon_tick_age_seconds", 31.0)
                .containsEntry("cordon_cleanup_age_seconds", 31.0);
        assertThat(live().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    @DisplayName("S3: a vital duty that hangs turns readiness DOWN after 10 s and liveness DOWN after 30 s")
    void s3_namesAVitalDutyThatHangs() {
        node.duties.turn(Duty.UNREAD_ANSWERS, () -> {});
        pass(Duration.ofSeconds(11));
        assertThat(data(ready())).containsEntry("reason", "the duty unread-answers has not succeeded for 11 s");
        assertThat(live().getStatus()).isEqualTo(Status.UP);

        pass(Duration.ofSeconds(20));

        assertThat(data(live())).containsEntry("reason", "the duty unread-answers has not succeeded for 31 s");
    }

    @Test
    @DisplayName(
            "S3: a duty that may wait for others, such as the log, is reported as late in a metric and leaves health UP")
    void s3_staysReadyAndLiveWhileADutyWaits() {
        node.duties.turn(Duty.CATCH_UP, () -> {});
        pass(Duration.ofSeconds(31));

        assertThat(ready().getStatus()).isEqualTo(Status.UP);
        assertThat(live().getStatus()).isEqualTo(Status.UP);
        assertThat(node.values()).containsEntry("cordon_duties_late", 1.0);
    }

    static final class Response extends HealthCheckResponseBuilder {
        private final Map<String, Object> data = new TreeMap<>();
        private String name = "";
        private Status status = Status.DOWN;

        @Override
        public HealthCheckResponseBuilder name(String to) {
            name = to;
            return this;
        }

        @Override
        public HealthCheckResponseBuilder withData(String key, String value) {
            data.put(key, value);
            return this;
        }

        @Override
        public HealthCheckResponseBuilder withData(String key, long value) {
            data.put(key, value);
            return this;
        }

        @Override
        public HealthCheckResponseBuilder withData(String key, boolean value) {
            data.put(key, value);
            return this;
        }

        @Override
        public HealthCheckResponseBuilder up() {
            return status(true);
        }

        @Override
        public HealthCheckResponseBuilder down() {
            return status(false);
        }

        @Override
        public HealthCheckResponseBuilder status(boolean up) {
            status = up ? Status.UP : Status.DOWN;
            return this;
        }

        @Override
        public HealthCheckResponse build() {
            return new HealthCheckResponse(name, status, Optional.of(data));
        }
    }
}
