package dev.cordon.socket;

import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import java.util.Optional;

/** A log that fails when told to, and lets a test act in the moment of reading. */
final class TestLog implements ForwardingUserLog {
    private final UserLog log;
    private volatile boolean failing;
    private volatile Runnable whileReading = () -> {};

    TestLog(UserLog log) {
        this.log = log;
    }

    void failing(boolean now) {
        failing = now;
    }

    /** Runs once, at the next read of a top or a backlog. */
    void whileReading(Runnable action) {
        whileReading = action;
    }

    @Override
    public UserLog log() {
        return log;
    }

    private void check() {
        if (failing) {
            throw new IllegalStateException("the log is down");
        }
    }

    private <T> T read(T result) {
        check();
        Runnable action = whileReading;
        whileReading = () -> {};
        action.run();
        return result;
    }

    @Override
    public Appended append(Channel channel, Payload payload) {
        check();
        return log.append(channel, payload);
    }

    @Override
    public StreamPosition top(Channel channel) {
        return read(log.top(channel));
    }

    @Override
    public Backlog readAfter(Channel channel, StreamPosition since) {
        return read(log.readAfter(channel, since));
    }

    @Override
    public Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        check();
        return log.history(channel, since, limit);
    }
}
