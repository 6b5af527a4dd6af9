package dev.cordon.console;

import dev.cordon.manager.Limits;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The present limits for JMX. Thread-safe. */
record LimitsBean(Supplier<Limits> limits) implements LimitsMXBean {
    /** Metrics by the attribute that shows them. */
    static final Map<String, String> METRICS = Map.of(
            "LimitHits", "cordon_limit_hits_total",
            "ProvenDead", "cordon_proven_dead_total",
            "Evicted", "cordon_evicted_total");

    @Override
    public int getMaxManagersPerUser() {
        return limits.get().maxManagersPerUser();
    }

    @Override
    public int getMaxConnectionsPerManager() {
        return limits.get().maxConnectionsPerManager();
    }

    @Override
    public int getMaxConnections() {
        return limits.get().maxConnections();
    }

    @Override
    public int getMaxSubscriptions() {
        return limits.get().maxSubscriptions();
    }

    @Override
    public String getLimitPolicy() {
        return limits.get().limitPolicy().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int getQueueMaxMessages() {
        return limits.get().queueMaxMessages();
    }

    @Override
    public long getQueueMaxBytes() {
        return limits.get().queueMaxBytes();
    }

    @Override
    public long getQueueTotalMaxBytes() {
        return limits.get().queueTotalMaxBytes();
    }

    @Override
    public long getConnectionTimeoutSeconds() {
        return limits.get().connectionTimeout().toSeconds();
    }

    @Override
    public long getPingIntervalSeconds() {
        return limits.get().pingInterval().toSeconds();
    }
}
