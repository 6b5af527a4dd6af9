package dev.cordon.api;

import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.LogStats;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import java.util.Optional;
import java.util.function.Predicate;

/** Takes nothing for the channels of one user; all else goes to a real log. */
record FailingLog(UserLog log, String user) implements UserLog {
    @Override
    public Appended append(Channel channel, Payload payload) {
        if (channel.owner().value().equals(user)) {
            throw new IllegalStateException("the disk is full");
        }
        return log.append(channel, payload);
    }

    @Override
    public StreamPosition top(Channel channel) {
        return log.top(channel);
    }

    @Override
    public Backlog readAfter(Channel channel, StreamPosition since) {
        return log.readAfter(channel, since);
    }

    @Override
    public Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        if (channel.owner().value().equals(user)) {
            throw new IllegalStateException("the disk is gone");
        }
        return log.history(channel, since, limit);
    }

    @Override
    public void remove(Channel channel) {
        log.remove(channel);
    }

    @Override
    public Sweep sweep(Predicate<Channel> inUse) {
        return log.sweep(inUse);
    }

    @Override
    public LogStats stats() {
        return log.stats();
    }
}
