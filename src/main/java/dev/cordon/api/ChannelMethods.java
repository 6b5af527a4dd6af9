package dev.cordon.api;

import dev.cordon.cluster.Presence;
import dev.cordon.cluster.UnansweredException;
import dev.cordon.log.Backlog;
import dev.cordon.log.Ledger;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.Quoted;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonWriter;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * The methods {@code presence}, {@code presence_stats}, {@code history} and {@code history_remove}, for one channel, and
 * {@code ledger}, for all channels of a user. Thread-safe.
 */
final class ChannelMethods {

    private final Presence presence;
    private final UserLog log;
    private final RateLimitedLog told = new RateLimitedLog(System.getLogger(ChannelMethods.class.getName()));

    ChannelMethods(Presence presence, UserLog log) {
        this.presence = presence;
        this.log = log;
    }

    /** Lists the connections on all nodes that are subscribed to the channel. */
    Result presence(Parameters parameters) {
        Channel channel = parameters.channel();
        List<Presence.Present> present = present(channel);
        return writer -> {
            String separator = "{\"presence\":{";
            for (Presence.Present connection : present) {
                write(connection, channel.owner(), writer.raw(separator));
                separator = ",";
            }
            writer.raw(present.isEmpty() ? "{\"presence\":{}}" : "}}");
        };
    }

    /** Counts the connections on all nodes that are subscribed to the channel. They have one user, its owner. */
    Result presenceStats(Parameters parameters) {
        int clients = present(parameters.channel()).size();
        return writer -> writer.raw("{\"num_clients\":")
                .number(clients)
                .raw(",\"num_users\":")
                .number(Math.min(1, clients))
                .raw("}");
    }

    private List<Presence.Present> present(Channel channel) {
        try {
            return presence.of(channel);
        } catch (UnansweredException e) {
            throw new RejectedException(Rejected.NODE_SILENT, e.getMessage() + ": try again");
        }
    }

    private static void write(Presence.Present connection, UserId user, JsonWriter writer) {
        writer.quoted(connection.client().value())
                .raw(":{\"client\":")
                .quoted(connection.client().value())
                .raw(",\"user\":")
                .quoted(user.value())
                .raw(",\"session\":")
                .quoted(connection.session().value())
                .raw(",\"node\":")
                .quoted(connection.node())
                .raw("}");
    }

    /** Returns the position, and up to {@code limit} messages: none without a limit, all retained ones for -1. */
    Result history(Parameters parameters, PublishBatch batch) {
        long limit = parameters.fields().integer("limit").orElse(0L);
        if (limit < -1) {
            throw new RejectedException(Rejected.BAD_REQUEST, "limit must be -1 (all), 0 (none) or more");
        }
        if (limit != 0) {
            batch.checkRoomToTell();
        }
        Backlog backlog = log.history(
                parameters.channel(), parameters.position("since"), (int) Math.min(limit, Integer.MAX_VALUE));
        if (!backlog.complete()) {
            throw new RejectedException(
                    Rejected.POSITION_GONE,
                    "the messages after this position are no longer retained: ask without since for those that are");
        }
        batch.tells(backlog.publications().stream()
                .mapToLong(publication ->
                        PublishBatch.ENVELOPE_BYTES + publication.payload().size())
                .sum());
        return writer -> {
            Result.list(
                    writer.raw("{\"publications\":"),
                    backlog.publications().stream()
                            .map(ChannelMethods::publication)
                            .toList());
            writer.raw(",\"epoch\":")
                    .quoted(backlog.top().epoch())
                    .raw(",\"offset\":")
                    .number(backlog.top().offset())
                    .raw("}");
        };
    }

    private static Result publication(Publication publication) {
        return writer -> publication
                .payload()
                .appendTo(
                        writer.raw("{\"offset\":").number(publication.offset()).raw(",\"data\":"))
                .raw("}");
    }

    /** Returns the ledger of a user: counts of the user's publications by outcome. */
    Result ledger(Parameters parameters) {
        UserId user = Parameters.required(parameters.named("user", UserId::new), "user");
        Ledger ledger = log.ledger(user);
        return writer -> NodeInfo.ledger(writer, ledger);
    }

    Result historyRemove(Parameters parameters) {
        Channel channel = parameters.channel();
        log.remove(channel);
        told.log(
                Level.INFO,
                "history_remove",
                "The server API removed the history of channel " + Quoted.of(channel.toString()));
        return Result.EMPTY;
    }
}
