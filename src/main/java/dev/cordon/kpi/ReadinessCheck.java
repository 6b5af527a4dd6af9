package dev.cordon.kpi;

import dev.cordon.manager.FactoryStats;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** {@code /health/ready}: DOWN means that a load balancer sends new connections to another node. */
@Readiness
@ApplicationScoped
public class ReadinessCheck implements HealthCheck {
    private final Optional<Health> health;

    @Inject
    public ReadinessCheck(Health health) {
        this.health = Optional.of(health);
    }

    /** For the container's client proxy only; never runs code of this class. */
    protected ReadinessCheck() {
        this.health = Optional.empty();
    }

    @Override
    public HealthCheckResponse call() {
        Health of = health.orElseThrow();
        FactoryStats stats = of.factory().stats();
        return response("cordon-ready", of.notReady())
                .withData("users", stats.users())
                .withData("managers", stats.managers())
                .withData("connections", stats.connections())
                .build();
    }

    static HealthCheckResponseBuilder response(String name, Optional<String> trouble) {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name).status(trouble.isEmpty());
        trouble.ifPresent(why -> response.withData("reason", why));
        return response;
    }
}
