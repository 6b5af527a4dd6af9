package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.util.Optional;

/** A log that passes every call on to a real one; a test overrides the methods that are to differ. */
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
    default StreamPosition follow(Channel channel, SessionId session) {
        return log().follow(channel, session);
    }

    @Override
    default Optional<StreamPosition> acknowledged(Channel channel, SessionId session) {
        return log().acknowledged(channel, session);
    }

    @Override
    default StreamPosition acknowledge(Channel channel, SessionId session, StreamPosition upto) {
        return log().acknowledge(channel, session, upto);
    }

    @Override
    default Ledger ledger() {
        return log().ledger();
    }

    @Override
    default Ledger ledger(UserId user) {
        return log().ledger(user);
    }

    @Override
    default Reconciliation reconcile() {
        return log().reconcile();
    }

    @Override
    default Sweep sweep(Readers readers) {
        return log().sweep(readers);
    }

    @Override
    default LogStats stats() {
        return log().stats();
    }
}
