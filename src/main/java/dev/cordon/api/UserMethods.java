package dev.cordon.api;

import dev.cordon.cluster.UnansweredException;
import dev.cordon.cluster.UserConnections;
import dev.cordon.log.UnknownPositionException;
import dev.cordon.manager.ConnectionSelection;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Quoted;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonWriter;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The methods {@code connections}, {@code channels}, {@code subscribe}, {@code unsubscribe} and {@code refresh}, for the
 * connections of one user on all nodes. Thread-safe.
 */
final class UserMethods {
    /** Latest end of a connection, in seconds since 1970: the end of the year 9999, as of a token. */
    private static final long LATEST = 253_402_300_799L;

    private final UserConnections connections;
    private final Supplier<ApiSettings> settings;
    private final Clock clock;
    private final RateLimitedLog told = new RateLimitedLog(System.getLogger(UserMethods.class.getName()));

    UserMethods(UserConnections connections, Supplier<ApiSettings> settings, Clock clock) {
        this.connections = connections;
        this.settings = settings;
        this.clock = clock;
    }

    /** Lists the user's connections by id, each with its session, node, end and channels. */
    Result connections(Parameters parameters, PublishBatch batch) {
        UserId user = user(parameters);
        batch.checkRoomToTell();
        List<UserConnections.Listed> listed = answered(() -> connections.list(user));
        batch.tells(listed.stream()
                .flatMap(connection -> Stream.concat(
                        Stream.of(
                                connection.client().value(),
                                user.value(),
                                connection.session().value(),
                                connection.node()),
                        connection.channels().stream().map(Channel::name))));
        return writer -> {
            String separator = "{\"connections\":{";
            for (UserConnections.Listed connection : listed) {
                write(connection, user, writer.raw(separator));
                separator = ",";
            }
            writer.raw(listed.isEmpty() ? "{\"connections\":{}}" : "}}");
        };
    }

    private static void write(UserConnections.Listed connection, UserId user, JsonWriter writer) {
        writer.quoted(connection.client().value())
                .raw(":{\"user\":")
                .quoted(user.value())
                .raw(",\"session\":")
                .quoted(connection.session().value())
                .raw(",\"node\":")
                .quoted(connection.node())
                .raw(",\"expire_at\":")
                .number(connection.expires().getEpochSecond())
                .raw(",\"state\":{\"channels\":{");
        String separator = "";
        for (Channel channel : connection.channels()) {
            writer.raw(separator).quoted(channel.name()).raw(":{}");
            separator = ",";
        }
        writer.raw("}}}");
    }

    /** Lists the user's channels that have subscribers, each with their number. */
    Result channels(Parameters parameters, PublishBatch batch) {
        UserId user = user(parameters);
        batch.checkRoomToTell();
        Map<String, Long> subscribers = new TreeMap<>();
        for (UserConnections.Listed connection : answered(() -> connections.list(user))) {
            connection.channels().forEach(channel -> subscribers.merge(channel.name(), 1L, Long::sum));
        }
        batch.tells(subscribers.keySet().stream());
        return writer -> {
            String separator = "{\"channels\":{";
            for (Map.Entry<String, Long> channel : subscribers.entrySet()) {
                writer.raw(separator)
                        .quoted(channel.getKey())
                        .raw(":{\"num_clients\":")
                        .number(channel.getValue())
                        .raw("}");
                separator = ",";
            }
            writer.raw(subscribers.isEmpty() ? "{\"channels\":{}}" : "}}");
        };
    }

    /** Subscribes connections of a user to a channel of the user. */
    Result subscribe(Parameters parameters) {
        ConnectionSelection selection = selection(parameters);
        Channel channel = channel(parameters, selection.user());
        Optional<StreamPosition> since = parameters.position("recover_since");
        Optional<Payload> data = Payload.of(parameters.fields(), "data");
        data.ifPresent(given -> Parameters.checkSize(given, settings.get().maxMessageBytes()));
        UserConnections.Subscribed done = answered(() -> connections.subscribe(selection, channel, data, since));
        tell("subscribe", "subscribed " + done.subscribed(), selection, " to channel " + Quoted.of(channel.toString()));
        return writer -> writer.raw("{\"subscribed\":")
                .number(done.subscribed())
                .raw(",\"over_limit\":")
                .number(done.overLimit())
                .raw("}");
    }

    /** Unsubscribes connections of a user from a channel of the user. */
    Result unsubscribe(Parameters parameters) {
        ConnectionSelection selection = selection(parameters);
        Channel channel = channel(parameters, selection.user());
        int left = answered(() -> connections.unsubscribe(selection, channel));
        tell("unsubscribe", "unsubscribed " + left, selection, " from channel " + Quoted.of(channel.toString()));
        return writer -> writer.raw("{\"unsubscribed\":").number(left).raw("}");
    }

    /** Moves the end of a user's connections, or ends them as expired. */
    Result refresh(Parameters parameters) {
        ConnectionSelection selection = selection(parameters);
        Optional<Instant> end = end(parameters);
        int refreshed = answered(() -> connections.refresh(selection, end));
        tell("refresh", (end.isEmpty() ? "ended as expired " : "refreshed ") + refreshed, selection, "");
        return writer -> writer.raw("{\"refreshed\":").number(refreshed).raw("}");
    }

    /** Returns the new end of the connections; empty for {@code "expired":true}. */
    private Optional<Instant> end(Parameters parameters) {
        boolean expired = parameters.fields().bool("expired");
        long at = parameters.fields().integer("expire_at").orElse(0L);
        if (expired && at != 0) {
            throw new RejectedException(Rejected.BAD_REQUEST, "give expired or expire_at, not both");
        }
        if (expired) {
            return Optional.empty();
        }
        if (at == 0) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST,
                    "expire_at is missing: give the new end in seconds since 1970, or \"expired\":true to end connections now");
        }
        if (at <= clock.instant().getEpochSecond()) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST,
                    "expire_at is not in the future: send \"expired\":true to end connections now");
        }
        if (at > LATEST) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST, "expire_at is beyond the year 9999: it counts seconds, not milliseconds");
        }
        return Optional.of(Instant.ofEpochSecond(at));
    }

    private static UserId user(Parameters parameters) {
        return Parameters.required(parameters.named("user", UserId::new), "user");
    }

    private static ConnectionSelection selection(Parameters parameters) {
        return new ConnectionSelection(
                user(parameters),
                parameters.named("session", SessionId::new),
                parameters.named("client", ConnectionId::new));
    }

    private static Channel channel(Parameters parameters, UserId user) {
        Channel channel = parameters.channel();
        if (!channel.owner().equals(user)) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST, "channel is not of this user: it must be #user or topic#user");
        }
        return channel;
    }

    private static <T> T answered(Supplier<T> call) {
        try {
            return call.get();
        } catch (UnknownPositionException e) {
            throw new RejectedException(Rejected.POSITION_GONE, e.getMessage() + ": subscribe without recover_since");
        } catch (UnansweredException e) {
            throw new RejectedException(Rejected.NODE_SILENT, e.getMessage() + ": try again");
        }
    }

    private void tell(String method, String did, ConnectionSelection selection, String more) {
        told.log(
                Level.INFO,
                method,
                "The server API " + did + " connections of user "
                        + Quoted.of(selection.user().value()) + more);
    }
}
