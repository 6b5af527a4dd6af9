package dev.cordon.kpi;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** {@code /health/live}: DOWN means that the process must be restarted. */
@Liveness
@ApplicationScoped
public class LivenessCheck implements HealthCheck {
    private final Optional<Health> health;

    @Inject
    public LivenessCheck(Health health) {
        this.health = Optional.of(health);
    }

    /** For the container's client proxy only; never runs code of this class. */
    protected LivenessCheck() {
        this.health = Optional.empty();
    }

    @Override
    public HealthCheckResponse call() {
        return ReadinessCheck.response("cordon-live", health.orElseThrow().dead())
                .build();
    }
}
