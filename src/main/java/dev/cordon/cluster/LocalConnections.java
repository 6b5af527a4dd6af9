package dev.cordon.cluster;

import dev.cordon.cluster.UserConnections.Listed;
import dev.cordon.cluster.UserConnections.Subscribed;
import dev.cordon.log.Backlog;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.ConnectionSelection;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.SubscribeReply;
import dev.cordon.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a back end does to a user's connections on this node. A connection is meant once its connect was answered: before
 * that its client expects no push. Calls may wait for the log. Thread-safe.
 */
final class LocalConnections {
    private final String node;
    private final WebSocketManagerFactory factory;
    private final UserLog log;
    private final Clock clock;

    LocalConnections(String node, WebSocketManagerFactory factory, UserLog log, Clock clock) {
        this.node = node;
        this.factory = factory;
        this.log = log;
        this.clock = clock;
    }

    private List<Connection> answered(ConnectionSelection selection) {
        return factory.connectionsOf(selection).stream()
                .filter(connection -> connection.state() == Connection.State.CONNECTED && connection.pingable())
                .toList();
    }

    List<Listed> list(UserId user) {
        List<Listed> listed = new ArrayList<>();
        for (Connection connection : factory.connectionsOf(ConnectionSelection.all(user))) {
            Optional<UserContext> context = connection.context();
            if (context.isPresent() && connection.state() == Connection.State.CONNECTED) {
                List<Channel> channels = connection.channels().stream()
                        .filter(channel -> !channel.reserved())
                        .toList();
                listed.add(new Listed(
                        node,
                        connection.id(),
                        context.get().session(),
                        context.get().expires(),
                        channels));
            }
        }
        return listed;
    }

    /** @param since where each connection begins; empty for what its session has acknowledged, else for the top */
    Subscribed subscribe(
            ConnectionSelection selection, Channel channel, Optional<Payload> data, Optional<StreamPosition> since) {
        int subscribed = 0;
        int overLimit = 0;
        for (Connection connection : answered(selection)) {
            UserContext context = connection.context().orElseThrow();
            Optional<ErrorCode> rejected = connection.attach(context, channel);
            if (rejected.isEmpty()) {
                subscribed += begin(connection, context.session(), channel, data, since) ? 1 : 0;
            } else if (rejected.get() == ErrorCode.ALREADY_SUBSCRIBED) {
                subscribed++;
            } else if (rejected.get() == ErrorCode.LIMIT_EXCEEDED) {
                overLimit++;
            }
        }
        return new Subscribed(subscribed, overLimit);
    }

    /** Returns false if the client has left the channel meanwhile. */
    private boolean begin(
            Connection connection,
            SessionId session,
            Channel channel,
            Optional<Payload> data,
            Optional<StreamPosition> since) {
        try {
            Optional<StreamPosition> known = since.or(() -> log.acknowledged(channel, session));
            SubscribeReply reply =
                    known.map(position -> after(channel, position)).orElseGet(() -> top(channel));
            Frame push = connection.encoding().subscribed(channel, reply, data);
            boolean subscribed = connection.goLiveUnasked(channel, reply.position(), reply.recovered(), push, log);
            connection.drain();
            return subscribed;
        } catch (RuntimeException e) {
            // A channel that stays attached but never goes live gets nothing, and a new subscribe would do nothing.
            boolean unused = connection.detach(channel);
            throw e;
        }
    }

    /** The subscription after a position. Its messages follow the push, because the SDK reads none in it. */
    private SubscribeReply after(Channel channel, StreamPosition since) {
        Backlog backlog = log.readAfter(channel, since);
        return backlog.complete()
                ? new SubscribeReply(new StreamPosition(backlog.top().epoch(), since.offset()), true, true, List.of())
                : new SubscribeReply(backlog.top(), true, false, List.of());
    }

    private SubscribeReply top(Channel channel) {
        return new SubscribeReply(log.top(channel), false, false, List.of());
    }

    int unsubscribe(ConnectionSelection selection, Channel channel) {
        int left = 0;
        for (Connection connection : answered(selection)) {
            if (connection.leave(channel, connection.encoding().unsubscribed(channel))) {
                connection.drain();
                left++;
            }
        }
        return left;
    }

    /** @param end when the connections end; empty for now, and clients reconnect */
    int refresh(ConnectionSelection selection, Optional<Instant> end) {
        int refreshed = 0;
        for (Connection connection : answered(selection)) {
            if (end.isEmpty()) {
                connection.drainAndClose(Disconnect.EXPIRED);
                refreshed++;
            } else if (connection.expireAt(end.get())) {
                long ttl =
                        Math.max(1, Duration.between(clock.instant(), end.get()).toSeconds());
                connection.send(connection.encoding().refreshed(ttl));
                connection.drain();
                refreshed++;
            }
        }
        return refreshed;
    }
}
