package dev.cordon.gateway;

import dev.cordon.log.Backlog;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.SubscribeReply;
import java.util.List;
import java.util.Optional;

/**
 * The recovery of missed messages when a client subscribes to a channel:
 *
 * <ul>
 *   <li>A client that brings a position gets the messages since then.
 *   <li>A client without a position gets the messages that its session has not acknowledged, if the log stores the
 *       session's position.
 *   <li>Any other client starts at the top.
 * </ul>
 *
 * <p>The reply says so if messages cannot be recovered.
 */
final class Recovery {
    private Recovery() {}

    /** @param acknowledges whether the client has said that it acknowledges: the log stores its position from now on */
    static SubscribeReply of(
            UserLog log, Channel channel, SessionId session, Optional<StreamPosition> since, boolean acknowledges) {
        if (since.isPresent()) {
            return after(log, channel, since.get());
        }
        Optional<StreamPosition> kept = log.acknowledged(channel, session);
        if (kept.isPresent()) {
            return after(log, channel, kept.get());
        }
        if (!acknowledges) {
            return fresh(log.top(channel));
        }
        SubscribeReply reply = after(log, channel, log.follow(channel, session));
        // Another tab of the session may have begun to follow earlier: then messages may have come since.
        return reply.recovered() && reply.publications().isEmpty() ? fresh(reply.position()) : reply;
    }

    private static SubscribeReply after(UserLog log, Channel channel, StreamPosition since) {
        Backlog backlog = log.readAfter(channel, since);
        return new SubscribeReply(backlog.top(), true, backlog.complete(), backlog.publications());
    }

    private static SubscribeReply fresh(StreamPosition top) {
        return new SubscribeReply(top, false, false, List.of());
    }
}
