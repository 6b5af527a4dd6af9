package dev.cordon.client;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads results and errors from the JSON of an answer. Fields that are not known are ignored. Stateless. */
final class ResultReader {
    /** Error of the API: temporary, the log or another node is not available. */
    static final int UNAVAILABLE = 108;

    /** Error of the API. In the reply to one of several commands it means: not stored, try again. */
    static final int INTERNAL = 100;

    private ResultReader() {}

    /**
     * Reads the replies of a batch or a broadcast.
     *
     * @throws InvalidJsonException if there is not one for each
     */
    static List<JsonFields> replies(JsonFields answer, String name, int count) {
        List<JsonFields> replies = answer.objects(name, count).orElse(List.of());
        if (replies.size() != count) {
            throw new InvalidJsonException(name + " must have " + count + " entries");
        }
        return replies;
    }

    /** Returns the error of an answer or of a reply; empty if it has none. */
    static Optional<Rejection> error(JsonFields answer, boolean oneOfSeveral) {
        return answer.object("error").map(error -> {
            int code = (int) error.integer("code", 0);
            boolean temporary = code == UNAVAILABLE || (oneOfSeveral && code == INTERNAL);
            return new Rejection(
                    code, error.string("message", "no message"), temporary, code == UNAVAILABLE || code == INTERNAL);
        });
    }

    static <R> Reply<R> reply(Command<R> command, JsonFields reply, String name) {
        Optional<Rejection> error = error(reply, true);
        return error.isPresent()
                ? Reply.failed(new RejectedException(error.get(), error.get().mayBeCarriedOut(), null))
                : Reply.of(result(command, required(reply.object(name), name)));
    }

    /** @throws InvalidJsonException if the object is not a result of this command */
    @SuppressWarnings("unchecked")
    static <R> R result(Command<R> command, JsonFields result) {
        return (R) read(command, result);
    }

    private static Object read(Command<?> command, JsonFields result) {
        if (command instanceof Publish) {
            return new PublishResult(
                    integer(result, "offset"), text(result, "epoch"), (int) integer(result, "connections"));
        }
        if (command instanceof Broadcast broadcast) {
            Publish each = new Publish("", "");
            return new BroadcastResult(
                    replies(result, "responses", broadcast.channels().size()).stream()
                            .map(reply -> reply(each, reply, "result"))
                            .toList());
        }
        if (command instanceof GroupBroadcast) {
            return groupBroadcast(result);
        }
        if (command instanceof GroupAdd) {
            return new GroupChange((int) integer(result, "added"), (int) integer(result, "members"));
        }
        if (command instanceof GroupRemove || command instanceof GroupRemoveAll) {
            return new GroupChange((int) integer(result, "removed"), (int) integer(result, "members"));
        }
        if (command instanceof GroupMembers) {
            return new GroupMembersResult(
                    texts(result, "users"), (int) integer(result, "members"), result.string("next"));
        }
        if (command instanceof Groups) {
            return new GroupsResult(texts(result, "groups"), result.string("next"));
        }
        if (command instanceof Batch batch) {
            return batch(batch, result);
        }
        if (command instanceof Presence) {
            return presence(required(result.object("presence"), "presence"));
        }
        if (command instanceof LivePublish) {
            return new LivePublishResult((int) integer(result, "connections"));
        }
        if (command instanceof Connections) {
            return connections(required(result.object("connections"), "connections"));
        }
        if (command instanceof Subscribe) {
            return new SubscribeResult((int) integer(result, "subscribed"), (int) integer(result, "over_limit"));
        }
        if (command instanceof Unsubscribe) {
            return new UnsubscribeResult((int) integer(result, "unsubscribed"));
        }
        if (command instanceof Refresh) {
            return new RefreshResult((int) integer(result, "refreshed"));
        }
        if (command instanceof History) {
            return history(result);
        }
        return command instanceof Disconnect
                ? new DisconnectResult((int) integer(result, "disconnected"))
                : info(result);
    }

    private static GroupBroadcastResult groupBroadcast(JsonFields result) {
        List<GroupBroadcastResult.Failure> failures =
                required(result.objects("failures", Integer.MAX_VALUE), "failures").stream()
                        .map(failure -> {
                            JsonFields error = required(failure.object("error"), "error");
                            return new GroupBroadcastResult.Failure(
                                    text(failure, "user"), (int) integer(error, "code"), text(error, "message"));
                        })
                        .toList();
        return new GroupBroadcastResult(
                (int) integer(result, "users"),
                (int) integer(result, "appended"),
                integer(result, "connections"),
                (int) integer(result, "failed"),
                failures);
    }

    private static List<String> texts(JsonFields object, String name) {
        return required(object.strings(name, Integer.MAX_VALUE), name);
    }

    private static BatchResult batch(Batch batch, JsonFields result) {
        List<JsonFields> replies = replies(result, "replies", batch.commands().size());
        List<Reply<?>> read = new ArrayList<>(replies.size());
        for (int i = 0; i < replies.size(); i++) {
            Command<?> command = batch.commands().get(i);
            read.add(reply(command, replies.get(i), CommandWriter.method(command)));
        }
        return new BatchResult(read);
    }

    private static PresenceResult presence(JsonFields connections) {
        List<PresenceResult.Present> present = new ArrayList<>(connections.count());
        for (String client : connections.names()) {
            JsonFields connection = required(connections.object(client), "a connection");
            present.add(new PresenceResult.Present(
                    client, text(connection, "user"), text(connection, "session"), text(connection, "node")));
        }
        return new PresenceResult(present);
    }

    private static ConnectionsResult connections(JsonFields connections) {
        List<ConnectionsResult.Connected> connected = new ArrayList<>(connections.count());
        for (String client : connections.names()) {
            JsonFields connection = required(connections.object(client), "a connection");
            JsonFields channels =
                    required(connection.object("state").flatMap(state -> state.object("channels")), "state.channels");
            connected.add(new ConnectionsResult.Connected(
                    client,
                    text(connection, "user"),
                    text(connection, "session"),
                    text(connection, "node"),
                    Instant.ofEpochSecond(integer(connection, "expire_at")),
                    List.copyOf(channels.names())));
        }
        return new ConnectionsResult(connected);
    }

    private static HistoryResult history(JsonFields result) {
        List<HistoryResult.Publication> publications =
                result.objects("publications", Integer.MAX_VALUE).orElse(List.of()).stream()
                        .map(each ->
                                new HistoryResult.Publication(integer(each, "offset"), json(each, "data"), tags(each)))
                        .toList();
        return new HistoryResult(publications, text(result, "epoch"), integer(result, "offset"));
    }

    private static Map<String, String> tags(JsonFields publication) {
        Map<String, String> tags = new LinkedHashMap<>();
        publication.object("tags").ifPresent(given -> given.names().forEach(name -> tags.put(name, text(given, name))));
        return tags;
    }

    private static InfoResult info(JsonFields result) {
        List<InfoResult.NodeState> nodes = new ArrayList<>();
        for (JsonFields node : result.objects("nodes", Integer.MAX_VALUE).orElse(List.of())) {
            nodes.add(new InfoResult.NodeState(
                    text(node, "uid"),
                    text(node, "version"),
                    text(node, "state"),
                    integer(node, "uptime"),
                    integer(node, "num_users"),
                    integer(node, "num_clients")));
        }
        return new InfoResult(nodes, result.strings("silent", Integer.MAX_VALUE).orElse(List.of()));
    }

    private static String json(JsonFields object, String name) {
        for (int i = 0; i < object.count(); i++) {
            if (object.named(i, name)) {
                return object.text(i);
            }
        }
        throw missing(name);
    }

    private static long integer(JsonFields object, String name) {
        return required(object.integer(name), name);
    }

    private static String text(JsonFields object, String name) {
        return required(object.string(name), name);
    }

    private static <T> T required(Optional<T> value, String name) {
        return value.orElseThrow(() -> missing(name));
    }

    private static InvalidJsonException missing(String name) {
        return new InvalidJsonException(name + " is missing");
    }
}
