package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import java.util.Optional;
import java.util.function.Predicate;

/** Passes everything on to a real log; a test overrides what it wants to be otherwise. */
public interface ForwardingUserLog extends UserLog {
    UserLog log();

    @Override
    default Appended append(Channel channel, Payload payload) {
        return log().append(channel, payload);
    }

    @Override
    default StreamPosition top(Channel channel) {
        return log().top(channel);
    }

    @Override
    default Backlog readAfter(Channel channel, StreamPosition since) {
        return log().readAfter(channel, since);
    }

    @Override
    default Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        return log().history(channel, since, limit);
    }

    @Override
    default void remove(Channel channel) {
        log().remove(channel);
    }

    @Override
    default Sweep sweep(Predicate<Channel> inUse) {
        return log().sweep(inUse);
    }

    @Override
    default LogStats stats() {
        return log().stats();
    }
}
