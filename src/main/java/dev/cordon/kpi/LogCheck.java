package dev.cordon.kpi;

import dev.cordon.log.UserLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * {@code /health/ready}: DOWN when the log has been unavailable for {@link #GRACE}. Connections stay; a load balancer
 * sends new ones and publishes to another node.
 */
@Readiness
@ApplicationScoped
public class LogCheck implements HealthCheck {
    /**
     * Time for which the log may be away before the node counts as not ready. All nodes lose a database at once: a
     * balancer must not take all of them out because it restarts. A log that could never be used has no such time.
     */
    static final Duration GRACE = Duration.ofSeconds(3);

    private final Optional<UserLog> log;

    @Inject
    public LogCheck(UserLog log) {
        this.log = Optional.of(log);
    }

    /** For the container's client proxy only; never runs code of this class. */
    protected LogCheck() {
        this.log = Optional.empty();
    }

    @Override
    public HealthCheckResponse call() {
        UserLog of = log.orElseThrow();
        return ReadinessCheck.response(
                        "log",
                        of.unavailable().filter(why -> of.unavailableFor().compareTo(GRACE) >= 0))
                .build();
    }
}
