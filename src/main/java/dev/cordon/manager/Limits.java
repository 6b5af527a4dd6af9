package dev.cordon.manager;

import dev.cordon.heap.HeapShare;
import java.time.Duration;

/**
 * The bounds on managers, connections and their queues. They are read afresh on each use, so that a changed setting
 * takes effect while running.
 *
 * @param maxManagersPerUser {@code cordon.max-managers-per-user}
 * @param maxConnectionsPerManager {@code cordon.max-connections-per-manager}
 * @param maxConnections {@code cordon.max-connections}: connections of the node, connecting ones included
 * @param maxSubscriptions {@code cordon.max-subscriptions}: subscriptions per connection, the personal channel included
 * @param limitPolicy {@code cordon.limit-policy}: the action when the live connections alone fill the limit
 * @param connectionTimeout {@code cordon.connection-timeout}: time since the last inbound sign of life
 * @param connectDeadline {@code cordon.connect-deadline}: time from the open socket to the accepted connect command
 * @param pingInterval {@code cordon.ping-interval}: whole seconds
 * @param pongTimeout {@code cordon.pong-timeout}: time after a ping without any inbound frame, after which the peer is
 *     dead
 * @param probeTimeout {@code cordon.probe-timeout}: the same for the probe at the limit
 * @param writeTimeout {@code cordon.write-timeout}: time for a write; if the transport does not take it, the connection
 *     ends as slow
 * @param queueMaxMessages {@code cordon.queue.max-messages}: messages that wait for one connection
 * @param queueMaxBytes {@code cordon.queue.max-bytes}: bytes that wait for one connection
 * @param queueTotalMaxBytes {@code cordon.queue.total-max-bytes}: bytes that wait for all stalled readers together
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

    /** @throws IllegalArgumentException if a setting is not positive; the message names it */
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
     * Maximum of direct memory, in bytes, for large frames of stalled readers. It is twice {@link #queueTotalMaxBytes},
     * because frames lie in blocks, but at most half of the runtime's direct memory.
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
