package dev.cordon.console;

/** {@code cordon:type=Limits}, beside the metrics of {@link LimitsBean#METRICS}. */
@Description(
        "The limits in force, and how often they were met. Change them with asadmin set-config-property, --propertyName=cordon.….")
public interface LimitsMXBean {
    @Description("cordon.max-managers-per-user: sessions of one user at once.")
    int getMaxManagersPerUser();

    @Description("cordon.max-connections-per-manager: connections of one session.")
    int getMaxConnectionsPerManager();

    @Description("cordon.max-connections: sockets of the node.")
    int getMaxConnections();

    @Description("cordon.max-subscriptions: channels a connection.")
    int getMaxSubscriptions();

    @Description("cordon.limit-policy: reject or evict_oldest.")
    String getLimitPolicy();

    @Description("cordon.queue.max-messages waiting for one connection.")
    int getQueueMaxMessages();

    @Description("cordon.queue.max-bytes waiting for one connection.")
    long getQueueMaxBytes();

    @Description("cordon.queue.total-max-bytes waiting for all connections that do not read.")
    long getQueueTotalMaxBytes();

    @Description("cordon.connection-timeout in seconds.")
    long getConnectionTimeoutSeconds();

    @Description("cordon.ping-interval in seconds.")
    long getPingIntervalSeconds();
}
