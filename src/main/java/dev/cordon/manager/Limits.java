package dev.cordon.manager;

import dev.cordon.heap.HeapShare;
import java.time.Duration;

/**
 * Bounds on managers, connections and their queues; read afresh on each use, so that a changed setting takes effect while
 * running.
 *
 * @param maxManagersPerUser {@code cordon.max-managers-per-user}
 * @param maxConnectionsPerManager {@code cordon.max-connections-per-manager}
 * @param maxConnections of the node, connecting ones included: {@code cordon.max-connections}
 * @param maxSubscriptions a connection, the personal channel included: {@code cordon.max-subscriptions}
 * @param limitPolicy {@code cordon.limit-policy}: what to do when the live connections alone fill the limit
 * @param connectionTimeout {@code cordon.connection-timeout}: since the last inbound sign of life
 * @param connectDeadline {@code cordon.connect-deadline}: from the open socket to the accepted connect command
 * @param pingInterval {@code cordon.ping-interval}, whole seconds
 * @param pongTimeout {@code cordon.pong-timeout}: after a ping without any inbound frame the peer is dead
 * @param probeTimeout {@code cordon.probe-timeout}: the same for the probe at the limit
 * @param writeTimeout {@code cordon.write-timeout}: a write not taken by the transport for this long ends as slow
 * @param queueMaxMessages {@code cordon.queue.max-messages} waiting for one connection
 * @param queueMaxBytes {@code cordon.queue.max-bytes} waiting for one connection
 * @param queueTotalMaxBytes {@code cordon.queue.total-max-bytes} waiting for all connections that do not take what is written
 */
public record Limits(
        int maxManagersPerUser,
        int maxConnectionsPerManager,
        int maxConnections,
        int maxSubscriptions,
        LimitPolicy limitPolicy,
        Duration connectionTimeout,
        Duration connectDeadline,
        Duration pingInterval,
        Duration pongTimeout,
        Duration probeTimeout,
        Duration writeTimeout,
        int queueMaxMessages,
        long queueMaxBytes,
        long queueTotalMaxBytes) {

    /** The defaults of the settings table. */
    public static final Limits DEFAULTS = new Limits(
            5,
            8,
            HeapShare.CONNECTIONS.count(HeapShare.CONNECTION_BYTES, 20_000),
            32,
            LimitPolicy.REJECT,
            Duration.ofMinutes(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(25),
            Duration.ofSeconds(8),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            1024,
            1024 * 1024,
            HeapShare.QUEUES.bytes());

    /** @throws IllegalArgumentException naming the setting that is not positive */
    public Limits {
        positive("max-managers-per-user", maxManagersPerUser);
        positive("max-connections-per-manager", maxConnectionsPerManager);
        positive("max-connections", maxConnections);
        positive("max-subscriptions", maxSubscriptions);
        positive("connection-timeout", connectionTimeout);
        positive("connect-deadline", connectDeadline);
        if (pingInterval.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "cordon.ping-interval is " + pingInterval + " but must be PT1S or longer");
        }
        positive("pong-timeout", pongTimeout);
        positive("probe-timeout", probeTimeout);
        positive("write-timeout", writeTimeout);
        positive("queue.max-messages", queueMaxMessages);
        positive("queue.max-bytes", queueMaxBytes);
        positive("queue.total-max-bytes", queueTotalMaxBytes);
    }

    /**
     * Bytes of memory beside the heap for large ones of what {@link #queueTotalMaxBytes} bounds: twice as many, for they lie in blocks,
     * but no more than half of what the runtime has.
     */
    long offHeapMaxBytes() {
        return Math.min(queueTotalMaxBytes, OffHeapFrames.MAX_DIRECT_BYTES / 4) * 2;
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("cordon." + name + " is " + value + " but must be positive");
        }
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("cordon." + name + " is " + value + " but must be positive");
        }
    }
}
