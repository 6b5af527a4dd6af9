package dev.cordon.api;

import dev.cordon.log.Backlog;
import dev.cordon.log.Ledger;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.WebSocketManager;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.Quoted;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** {@code presence}, {@code history} and {@code history_remove}: what there is of one channel; {@code ledger}: of all of a user's. Thread-safe. */
final class ChannelMethods {
    /** What stands around a message of a history at most. */
    private static final int ENVELOPE_BYTES = 40;

    private final WebSocketManagerFactory factory;
    private final UserLog log;
    private final RateLimitedLog told = new RateLimitedLog(System.getLogger(ChannelMethods.class.getName()));

    ChannelMethods(WebSocketManagerFactory factory, UserLog log) {
        this.factory = factory;
        this.log = log;
    }

    /** The owner's connections that are subscribed, on this node. */
    Result presence(Parameters parameters) {
        Channel channel = parameters.channel();
        List<Result> present = new ArrayList<>();
        for (WebSocketManager manager : factory.managersOf(channel.owner())) {
            for (Connection connection : manager.connections()) {
                if (connection.subscribed(channel)) {
                    present.add(present(manager, connection));
                }
            }
        }
        return text -> {
            String separator = "{\"presence\":{";
            for (Result connection : present) {
                connection.write(text.raw(separator));
                separator = ",";
            }
            text.raw(present.isEmpty() ? "{\"presence\":{}}" : "}}");
        };
    }

    private static Result present(WebSocketManager manager, Connection connection) {
        return text -> text.quoted(connection.id().value())
                .raw(":{\"client\":")
                .quoted(connection.id().value())
                .raw(",\"user\":")
                .quoted(manager.key().user().value())
                .raw(",\"session\":")
                .quoted(manager.key().session().value())
                .raw("}");
    }

    /** Without a limit, or with 0, only the position; -1 for all that is retained. */
    Result history(Parameters parameters, PublishBatch batch) {
        long limit = parameters.fields().integer("limit").orElse(0L);
        if (limit < -1) {
            throw new RefusedException(Refused.BAD_REQUEST, "limit must be -1 (all), 0 (none) or more");
        }
        if (limit != 0) {
            batch.checkRoomToTell();
        }
        Backlog backlog =
                log.history(parameters.channel(), parameters.since(), (int) Math.min(limit, Integer.MAX_VALUE));
        if (!backlog.complete()) {
            throw new RefusedException(
                    Refused.POSITION_GONE,
                    "what followed this position is no longer retained: ask without since for what is");
        }
        batch.tells(backlog.publications().stream()
                .mapToLong(publication -> ENVELOPE_BYTES + publication.payload().size())
                .sum());
        return text -> {
            Result.list(
                    text.raw("{\"publications\":"),
                    backlog.publications().stream()
                            .map(ChannelMethods::publication)
                            .toList());
            text.raw(",\"epoch\":")
                    .quoted(backlog.top().epoch())
                    .raw(",\"offset\":")
                    .number(backlog.top().offset())
                    .raw("}");
        };
    }

    private static Result publication(Publication publication) {
        return text -> publication
                .payload()
                .appendTo(text.raw("{\"offset\":").number(publication.offset()).raw(",\"data\":"))
                .raw("}");
    }

    /** What became of everything published to one user. */
    Result ledger(Parameters parameters) {
        UserId user = Parameters.required(parameters.named("user", UserId::new), "user");
        Ledger ledger = log.ledger(user);
        return text -> NodeInfo.ledger(text, ledger);
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
