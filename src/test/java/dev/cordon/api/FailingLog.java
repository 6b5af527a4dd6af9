package dev.cordon.api;

import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import java.util.Optional;

/** A log that fails for the channels of one user and passes all other calls to a real log. */
record FailingLog(UserLog log, String user) implements ForwardingUserLog {
    @Override
    public Appended append(Channel channel, Payload payload) {
        if (channel.owner().value().equals(user)) {
            throw new IllegalStateException("the disk is full");
        }
        return log.append(channel, payload);
    }

    @Override
    public Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        if (channel.owner().value().equals(user)) {
            throw new IllegalStateException("the disk is gone");
        }
        return log.history(channel, since, limit);
    }
}
