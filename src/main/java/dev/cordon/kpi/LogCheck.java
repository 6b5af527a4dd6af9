package dev.cordon.kpi;

import dev.cordon.log.UserLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** {@code /health/ready}: DOWN while the log is unavailable. Connections stay; a load balancer sends new ones and publishes to another node. */
@Readiness
@ApplicationScoped
public class LogCheck implements HealthCheck {
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
        return ReadinessCheck.response("log", log.orElseThrow().unavailable()).build();
    }
}
