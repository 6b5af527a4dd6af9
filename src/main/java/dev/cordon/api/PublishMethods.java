package dev.cordon.api;

import dev.cordon.log.Append;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.publish.PublishReceipt;
import dev.cordon.publish.Publisher;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The methods {@code publish} and {@code broadcast}. Every channel gets the bytes of the payload unchanged.
 * Thread-safe.
 */
final class PublishMethods {
    /** Most channels of one broadcast. */
    static final int MAX_CHANNELS = 1_000;

    private final LivePublishes live;
    private final Supplier<ApiSettings> settings;
    private final ApiCounters counters;

    /**
     * Channels of a broadcast whose connections are written together. A small count keeps their objects in the
     * processor's caches.
     */
    static final int WRITTEN_TOGETHER = 16;

    PublishMethods(LivePublishes live, Supplier<ApiSettings> settings, ApiCounters counters) {
        this.live = live;
        this.settings = settings;
        this.counters = counters;
    }

    Result publish(Parameters parameters, PublishBatch batch) {
        Channel channel = parameters.channel();
        Payload data = parameters.data(settings.get().maxMessageBytes());
        Optional<String> key = parameters.idempotencyKey();
        parameters.checkData(key);
        if (parameters.skipsHistory(key)) {
            batch.close();
            return live.publish(channel, data);
        }
        PublishReceipt receipt = batch.publish(channel, data, key);
        return writer -> write(receipt, writer);
    }

    /**
     * Like {@link #publish}, but does not wait for the log or for other nodes. The stage completes on a thread of the log.
     *
     * @param patient runs what may wait
     */
    CompletionStage<Result> publishLater(Parameters parameters, Publisher publisher, Executor patient) {
        Append append = append(parameters);
        if (parameters.skipsHistory(append.key())) {
            return CompletableFuture.supplyAsync(() -> live.publish(append.channel(), append.payload()), patient);
        }
        return publisher
                .publishAllLater(List.of(append))
                .thenApply(receipts -> writer -> write(receipts.get(0), writer));
    }

    /**
     * Like {@link #publish}, but does not wait for the log; the supplier does, and throws what {@link #publish} throws. A
     * publish that skips the history has its turn at once.
     *
     * @param before waits for the publishes begun before, which such a publish must not overtake
     */
    Supplier<Result> begin(Parameters parameters, PublishBatch batch, Runnable before) {
        Append append = append(parameters);
        if (parameters.skipsHistory(append.key())) {
            before.run();
            Result told = live.publish(append.channel(), append.payload());
            return () -> told;
        }
        Supplier<PublishReceipt> receipt = batch.begin(append);
        return () -> {
            PublishReceipt stored = receipt.get();
            return writer -> write(stored, writer);
        };
    }

    private Append append(Parameters parameters) {
        Append append = new Append(
                parameters.channel(), parameters.data(settings.get().maxMessageBytes()), parameters.idempotencyKey());
        parameters.checkData(append.key());
        return append;
    }

    /** Publishes to each channel. Each channel succeeds or fails alone; the responses have the order of the request. */
    Result broadcast(Parameters parameters, PublishBatch batch) {
        List<String> channels = parameters.strings("channels", MAX_CHANNELS);
        if (channels.isEmpty()) {
            throw new RejectedException(Rejected.BAD_REQUEST, "channels is empty: give at least one");
        }
        Payload data = parameters.data(settings.get().maxMessageBytes());
        Optional<String> key = parameters.idempotencyKey();
        parameters.checkData(key);
        if (parameters.skipsHistory(key)) {
            batch.close();
            return responses(live.broadcast(channels, data));
        }
        if (batch.together() > 1) {
            return responses(together(channels, data, key, batch));
        }
        List<Result> responses = new ArrayList<>(channels.size());
        for (String name : channels) {
            responses.add(response(name, data, key, batch));
            if (responses.size() % WRITTEN_TOGETHER == 0) {
                batch.close();
            }
        }
        return responses(responses);
    }

    private static Result responses(List<Result> responses) {
        return writer -> {
            Result.list(writer.raw("{\"responses\":"), responses);
            writer.raw("}");
        };
    }

    /**
     * Publishes to all valid channels together. If the log stores none, the whole request is rejected and may be
     * repeated.
     */
    private List<Result> together(List<String> channels, Payload data, Optional<String> key, PublishBatch batch) {
        List<Append> appends = new ArrayList<>(channels.size());
        List<Optional<Result>> rejected = new ArrayList<>(channels.size());
        for (String name : channels) {
            try {
                appends.add(new Append(Parameters.channel(name), data, key));
                rejected.add(Optional.empty());
            } catch (RejectedException e) {
                counters.reject(e.reason());
                rejected.add(Optional.of(e::write));
            }
        }
        Iterator<PublishReceipt> receipts =
                (appends.isEmpty() ? List.<PublishReceipt>of() : batch.publishAll(appends)).iterator();
        return rejected.stream()
                .map(rejection -> rejection.orElseGet(() -> response(receipts.next())))
                .toList();
    }

    private static Result response(PublishReceipt receipt) {
        return writer -> {
            write(receipt, writer.raw("{\"result\":"));
            writer.raw("}");
        };
    }

    private Result response(String name, Payload data, Optional<String> key, PublishBatch batch) {
        try {
            return response(batch.publish(Parameters.channel(name), data, key));
        } catch (RejectedException e) {
            counters.reject(e.reason());
            return e::write;
        }
    }

    private static void write(PublishReceipt receipt, JsonWriter writer) {
        writer.raw("{\"offset\":")
                .number(receipt.position().offset())
                .raw(",\"epoch\":")
                .quoted(receipt.position().epoch())
                .raw(",\"connections\":")
                .number(receipt.connections())
                .raw("}");
    }
}
