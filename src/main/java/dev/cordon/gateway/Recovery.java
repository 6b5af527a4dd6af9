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
 * What a client gets when it is subscribed to a channel. One that brings a position gets what it missed since; one that comes afresh, what
 * its session has not acknowledged, if the log keeps its position; any other starts at the top. Whatever cannot be told, is said so.
 */
final class Recovery {
    private Recovery() {}

    /** @param acknowledges whether the client said that it will: its position is kept from here on */
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
        // Another tab of the session may have begun meanwhile: then something may follow.
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
