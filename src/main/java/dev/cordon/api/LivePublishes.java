package dev.cordon.api;

import dev.cordon.cluster.LiveMessages;
import dev.cordon.cluster.UnansweredException;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The methods {@code publish} and {@code broadcast} with {@code skip_history}: the log does not keep the message, and only
 * connections that follow the channel now get it (ADR 0035). Thread-safe.
 */
final class LivePublishes {
    private final LiveMessages messages;
    private final ApiCounters counters;

    LivePublishes(LiveMessages messages, ApiCounters counters) {
        this.messages = messages;
        this.counters = counters;
    }

    Result publish(Channel channel, Payload data) {
        return result(tell(List.of(channel), data).get(0));
    }

    /** Tells all valid channels. An invalid one is rejected alone; the responses have the order of the request. */
    List<Result> broadcast(List<String> names, Payload data) {
        List<Channel> channels = new ArrayList<>(names.size());
        List<Optional<Result>> rejected = new ArrayList<>(names.size());
        for (String name : names) {
            try {
                channels.add(Parameters.channel(name));
                rejected.add(Optional.empty());
            } catch (RejectedException e) {
                counters.reject(e.reason());
                rejected.add(Optional.of(e::write));
            }
        }
        Iterator<Integer> told = (channels.isEmpty() ? List.<Integer>of() : tell(channels, data)).iterator();
        return rejected.stream()
                .map(rejection -> rejection.orElseGet(() -> response(told.next())))
                .toList();
    }

    private List<Integer> tell(List<Channel> channels, Payload data) {
        counters.livePublishes.add(channels.size());
        try {
            return messages.tell(channels, data);
        } catch (UnansweredException e) {
            throw new RejectedException(
                    Rejected.NODE_SILENT, e.getMessage() + ": some connections may have the message nevertheless");
        }
    }

    private static Result result(int connections) {
        return writer -> writer.raw("{\"connections\":").number(connections).raw("}");
    }

    private static Result response(int connections) {
        return writer -> {
            result(connections).write(writer.raw("{\"result\":"));
            writer.raw("}");
        };
    }
}
