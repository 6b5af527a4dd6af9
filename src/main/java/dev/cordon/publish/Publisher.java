package dev.cordon.publish;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Delivery;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The publisher: appends a publication to the log, then delivers the publication to the connections of the channel's
 * owner. A connection that attaches between the two steps finds the publication in the log. Thread-safe.
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
        log.whenKeptLate(factory::fallBehind);
        this.log = log;
        this.factory = factory;
        this.idempotency = idempotency;
        this.counters = counters;
        this.ticker = ticker;
    }

    /**
     * Stores one publication and offers it to the owner's connections, which write when the batch is closed.
     *
     * @param key idempotency key; a repetition with the same key and channel within 5 minutes returns the first receipt
     */
    public PublishReceipt publish(Channel channel, Payload payload, Optional<String> key, WriteBatch writes) {
        checkServing();
        long acceptedAt = ticker.nanos();
        counters.accepted.increment();
        return key.isEmpty()
                ? appendAndDeliver(channel, payload, acceptedAt, writes)
                : idempotency.once(channel, key.get(), () -> appendOnce(channel, payload, key, acceptedAt, writes));
    }

    /**
     * Rejects publishes to a log in memory while the node drains: they would be acknowledged and lost. Other logs
     * outlive the process.
     *
     * @throws LogUnavailableException if the node drains and the log is in memory
     */
    private void checkServing() {
        if (!factory.accepting() && !log.waits()) {
            throw new LogUnavailableException("this node is stopping");
        }
    }

    /** Returns the best count of publications for one {@link #publishAll}; 1 if the log gains nothing from more. */
    public int batch() {
        return log.batch();
    }

    /**
     * Stores publications together, all or none where the log can, and delivers them in order. The log itself recognises repeated keys.
     * Call only if {@link #batch} is more than 1.
     */
    public List<PublishReceipt> publishAll(List<Append> appends, WriteBatch writes) {
        checkServing();
        long acceptedAt = ticker.nanos();
        counters.accepted.add(appends.size());
        List<Appended> appended = append(appends);
        List<PublishReceipt> receipts = new ArrayList<>(appended.size());
        for (int i = 0; i < appended.size(); i++) {
            receipts.add(deliver(appended.get(i), acceptedAt, writes));
        }
        return receipts;
    }

    /**
     * Like {@link #publishAll}, but does not wait for the log. The stage completes on a thread of the log, after the
     * publications are delivered and written.
     */
    public CompletionStage<List<PublishReceipt>> publishAllLater(List<Append> appends) {
        long acceptedAt = ticker.nanos();
        counters.accepted.add(appends.size());
        return log.appendLater(appends).handle((appended, failure) -> {
            if (failure != null) {
                throw failed(appends, failure);
            }
            counters.appended.add(appended.stream().filter(a -> !a.repeated()).count());
            List<PublishReceipt> receipts = new ArrayList<>(appended.size());
            try (WriteBatch writes = new WriteBatch()) {
                for (Appended one : appended) {
                    receipts.add(deliver(one, acceptedAt, writes));
                }
            }
            return receipts;
        });
    }

    private RuntimeException failed(List<Append> appends, Throwable failure) {
        appends.forEach(append -> failed(append.channel()));
        return cause(failure);
    }

    /** Returns the cause of a failed stage of {@link #publishAllLater}. */
    public static RuntimeException cause(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }

    /**
     * Sends a reply and subscribes the connection to the channel from its top on. The connection must be attached
     * already.
     */
    public void follow(Connection connection, Channel channel, Frame reply) {
        connection.goLive(channel, log.top(channel), reply, log);
    }

    private PublishReceipt appendAndDeliver(Channel channel, Payload payload, long acceptedAt, WriteBatch writes) {
        return deliver(append(channel, payload), acceptedAt, writes);
    }

    /** Appends a publication whose key this process does not know. A log that outlives the process may know the key. */
    private PublishReceipt appendOnce(
            Channel channel, Payload payload, Optional<String> key, long acceptedAt, WriteBatch writes) {
        return batch() == 1
                ? appendAndDeliver(channel, payload, acceptedAt, writes)
                : deliver(append(List.of(new Append(channel, payload, key))).get(0), acceptedAt, writes);
    }

    private PublishReceipt deliver(Appended appended, long acceptedAt, WriteBatch writes) {
        if (appended.repeated()) {
            counters.duplicates.increment();
            // The first publish may have failed for its caller, and been committed after the connections read the log.
            factory.fallBehind(appended.publication().channel(), position(appended));
            return new PublishReceipt(position(appended), 0);
        }
        Delivery delivery = new Delivery(appended, acceptedAt);
        int handed = factory.deliver(delivery, log, writes);
        if (handed == 0) {
            counters.withoutConnection.increment();
        }
        return new PublishReceipt(position(appended), handed);
    }

    private static StreamPosition position(Appended appended) {
        return new StreamPosition(appended.epoch(), appended.publication().offset());
    }

    private Appended append(Channel channel, Payload payload) {
        try {
            Appended appended = log.append(channel, payload);
            counters.appended.increment();
            return appended;
        } catch (RuntimeException e) {
            failed(channel);
            throw e;
        }
    }

    private List<Appended> append(List<Append> appends) {
        try {
            List<Appended> appended = log.appendAll(appends);
            counters.appended.add(appended.stream().filter(a -> !a.repeated()).count());
            return appended;
        } catch (RuntimeException e) {
            appends.forEach(append -> failed(append.channel()));
            throw e;
        }
    }

    /** Makes connections read the log again: a publication may be stored although the append failed. */
    private void failed(Channel channel) {
        counters.failed.increment();
        factory.fallBehind(channel);
    }
}
