package dev.cordon.publish;

import dev.cordon.log.Appended;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Cork;
import dev.cordon.manager.Delivery;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import java.util.Optional;

/**
 * Takes a publication from wherever it comes and brings it to its owner's connections: append first, look up the connections
 * after. Whoever attaches between the two finds it in the log. Thread-safe.
 */
public final class Publisher {
    private final UserLog log;
    private final WebSocketManagerFactory factory;
    private final Idempotency idempotency;
    private final PublishCounters counters;
    private final Ticker ticker;

    public Publisher(
            UserLog log,
            WebSocketManagerFactory factory,
            Idempotency idempotency,
            PublishCounters counters,
            Ticker ticker) {
        this.log = log;
        this.factory = factory;
        this.idempotency = idempotency;
        this.counters = counters;
        this.ticker = ticker;
    }

    /**
     * Stores one publication and offers it to the owner's connections, which write when the cork is closed.
     *
     * @param key publishing again with the same key and channel within five minutes gives the first receipt and publishes nothing
     */
    public PublishReceipt publish(Channel channel, Payload payload, Optional<String> key, Cork cork) {
        long acceptedAt = ticker.nanos();
        counters.accepted.increment();
        return key.isEmpty()
                ? appendAndDeliver(channel, payload, acceptedAt, cork)
                : idempotency.once(channel, key.get(), () -> appendAndDeliver(channel, payload, acceptedAt, cork));
    }

    /** Sends a reply and lets the connection follow the channel from its top on. It must be attached already. */
    public void follow(Connection connection, Channel channel, Frame reply) {
        connection.goLive(channel, log.top(channel), reply, log);
    }

    private PublishReceipt appendAndDeliver(Channel channel, Payload payload, long acceptedAt, Cork cork) {
        Appended appended = append(channel, payload);
        Delivery delivery = new Delivery(appended, FrameWriter.push(appended.publication()), acceptedAt, log);
        int handed = factory.deliver(delivery, cork);
        if (handed == 0) {
            counters.withoutConnection.increment();
        }
        return new PublishReceipt(
                new StreamPosition(appended.epoch(), appended.publication().offset()), handed);
    }

    private Appended append(Channel channel, Payload payload) {
        try {
            Appended appended = log.append(channel, payload);
            counters.appended.increment();
            return appended;
        } catch (RuntimeException e) {
            counters.failed.increment();
            throw e;
        }
    }
}
