package dev.cordon.console;

import dev.cordon.manager.Counters;
import dev.cordon.manager.Limits;
import java.util.Locale;
import java.util.function.Supplier;

record LimitsBean(Supplier<Limits> limits, Counters counters) implements LimitsMXBean {
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

    @Override
    public long getLimitHits() {
        return counters.limitHits.sum();
    }

    @Override
    public long getProvenDead() {
        return counters.provenDead.sum();
    }

    @Override
    public long getEvicted() {
        return counters.evicted.sum();
    }
}
