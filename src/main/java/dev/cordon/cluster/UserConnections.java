package dev.cordon.cluster;

import dev.cordon.log.UnknownPositionException;
import dev.cordon.log.UserLog;
import dev.cordon.manager.ConnectionSelection;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A user's connections on all nodes, as back ends see and change them. Each method also asks the other nodes; it throws
 * {@link UnansweredException} if one did not answer, and then that node may have carried it out or not. A repetition is
 * harmless: what is done already stays as it is. Methods may wait for the log and the other nodes. Thread-safe.
 */
public final class UserConnections {
    private static final String LIST = "connections";
    private static final String SUBSCRIBE = "subscribe";
    private static final String UNSUBSCRIBE = "unsubscribe";
    private static final String REFRESH = "refresh";

    /** Most connections, and most channels of one, in an answer of another node. */
    private static final int MAX_LISTED = 100_000;

    private final LocalConnections here;
    private final UserLog log;
    private final OtherNodes others;

    /**
     * A connection.
     *
     * @param node id of the node that serves it
     * @param expires when it ends unless its client brings a fresh token
     * @param channels the channels to which it is subscribed, without the topic console
     */
    public record Listed(String node, ConnectionId client, SessionId session, Instant expires, List<Channel> channels) {
        public Listed {
            channels = List.copyOf(channels);
        }
    }

    /**
     * What became of a subscribe.
     *
     * @param subscribed connections that are subscribed now, also those that were before
     * @param overLimit connections that have as many subscriptions as they may
     */
    public record Subscribed(int subscribed, int overLimit) {
        private Subscribed plus(Subscribed other) {
            return new Subscribed(subscribed + other.subscribed, overLimit + other.overLimit);
        }
    }

    /** @param node id of this node */
    public UserConnections(String node, WebSocketManagerFactory factory, UserLog log, OtherNodes others, Clock clock) {
        this.here = new LocalConnections(node, factory, log, clock);
        this.log = log;
        this.others = others;
    }

    /** The answers to the questions of other nodes, by kind. */
    public Map<String, UnaryOperator<String>> respondents() {
        return Map.of(
                LIST, this::listForAnother,
                SUBSCRIBE, this::subscribeForAnother,
                UNSUBSCRIBE, this::unsubscribeForAnother,
                REFRESH, this::refreshForAnother);
    }

    /** The user's connections, those of this node first. */
    public List<Listed> list(UserId user) {
        List<Listed> listed = new ArrayList<>(here.list(user));
        ask(LIST, selection(ConnectionSelection.all(user)))
                .forEach((from, answer) -> listed.addAll(read(from, user, answer)));
        return listed;
    }

    /**
     * Subscribes connections to a channel of their user, and tells their clients.
     *
     * @param data the back end's data for the clients
     * @param since where each connection begins; empty for what its session has acknowledged, else for the top
     * @throws UnknownPositionException if what followed the position is gone; nothing changes then
     */
    public Subscribed subscribe(
            ConnectionSelection selection, Channel channel, Optional<Payload> data, Optional<StreamPosition> since) {
        if (since.isPresent() && !log.history(channel, since, 0).complete()) {
            throw UnknownPositionException.gone();
        }
        Subscribed subscribed = here.subscribe(selection, channel, data, since);
        JsonWriter question = selection(selection).raw(",\"topic\":").quoted(channel.topic());
        since.ifPresent(position -> question.raw(",\"epoch\":")
                .quoted(position.epoch())
                .raw(",\"offset\":")
                .number(position.offset()));
        data.ifPresent(payload -> payload.appendTo(question.raw(",\"data\":")));
        for (JsonFields answer : ask(SUBSCRIBE, question).values()) {
            subscribed = subscribed.plus(
                    new Subscribed((int) answer.integer("subscribed", 0), (int) answer.integer("over_limit", 0)));
        }
        return subscribed;
    }

    /** Unsubscribes connections from a channel, and tells their clients. Returns how many were subscribed. */
    public int unsubscribe(ConnectionSelection selection, Channel channel) {
        int left = here.unsubscribe(selection, channel);
        return left
                + count(ask(UNSUBSCRIBE, selection(selection).raw(",\"topic\":").quoted(channel.topic())));
    }

    /**
     * Moves the end of connections, and tells their clients. Returns how many.
     *
     * @param end when they end; empty for now, and their clients reconnect
     */
    public int refresh(ConnectionSelection selection, Optional<Instant> end) {
        int refreshed = here.refresh(selection, end);
        JsonWriter question = selection(selection);
        end.ifPresent(at -> question.raw(",\"expire_at\":").number(at.getEpochSecond()));
        return refreshed + count(ask(REFRESH, question));
    }

    private Map<String, JsonFields> ask(String kind, JsonWriter question) {
        if (!others.waits()) {
            return Map.of();
        }
        Map<String, JsonFields> answers = new LinkedHashMap<>();
        others.ask(kind, question.raw("}").asString()).all().forEach((from, text) -> answers.put(from, fields(text)));
        return answers;
    }

    private static int count(Map<String, JsonFields> answers) {
        return answers.values().stream()
                .mapToInt(answer -> (int) answer.integer("count", 0))
                .sum();
    }

    /** Begins the text of a question. Channels are named by their topic alone: their owner is the question's user. */
    private static JsonWriter selection(ConnectionSelection selection) {
        JsonWriter writer =
                new JsonWriter(256).raw("{\"user\":").quoted(selection.user().value());
        selection.session().ifPresent(session -> writer.raw(",\"session\":").quoted(session.value()));
        selection.client().ifPresent(client -> writer.raw(",\"client\":").quoted(client.value()));
        return writer;
    }

    private static ConnectionSelection selection(JsonFields question) {
        return new ConnectionSelection(
                user(question),
                question.string("session").map(SessionId::new),
                question.string("client").map(ConnectionId::new));
    }

    private static UserId user(JsonFields question) {
        return new UserId(question.string("user", ""));
    }

    private static Channel channel(JsonFields question) {
        return new Channel(question.string("topic", ""), user(question));
    }

    private String listForAnother(String text) {
        JsonWriter writer = new JsonWriter(256);
        String separator = "{\"clients\":[";
        for (Listed each : here.list(user(fields(text)))) {
            writer.raw(separator)
                    .raw("{\"client\":")
                    .quoted(each.client().value())
                    .raw(",\"session\":")
                    .quoted(each.session().value())
                    .raw(",\"expires\":")
                    .number(each.expires().getEpochSecond())
                    .raw(",\"topics\":")
                    .value(each.channels().stream().map(Channel::topic).toList())
                    .raw("}");
            separator = ",";
        }
        return writer.raw(separator.equals(",") ? "]}" : "{}").asString();
    }

    private static List<Listed> read(String from, UserId user, JsonFields answer) {
        return answer.objects("clients", MAX_LISTED).stream()
                .flatMap(List::stream)
                .map(each -> new Listed(
                        from,
                        new ConnectionId(each.string("client", "")),
                        new SessionId(each.string("session", "")),
                        Instant.ofEpochSecond(each.integer("expires", 0)),
                        each.strings("topics", MAX_LISTED).stream()
                                .flatMap(List::stream)
                                .map(topic -> new Channel(topic, user))
                                .toList()))
                .toList();
    }

    private String subscribeForAnother(String text) {
        JsonFields question = fields(text);
        Optional<StreamPosition> since =
                question.integer("offset").map(offset -> new StreamPosition(question.string("epoch", ""), offset));
        Subscribed done = here.subscribe(selection(question), channel(question), Payload.of(question, "data"), since);
        return "{\"subscribed\":" + done.subscribed() + ",\"over_limit\":" + done.overLimit() + "}";
    }

    private String unsubscribeForAnother(String text) {
        JsonFields question = fields(text);
        return counted(here.unsubscribe(selection(question), channel(question)));
    }

    private String refreshForAnother(String text) {
        JsonFields question = fields(text);
        return counted(
                here.refresh(selection(question), question.integer("expire_at").map(Instant::ofEpochSecond)));
    }

    private static String counted(int count) {
        return "{\"count\":" + count + "}";
    }

    private static JsonFields fields(String text) {
        return JsonFields.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
