package dev.cordon.upkeep;

import dev.cordon.log.UserLog;
import dev.cordon.manager.ManagerKey;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;

/** A sweep that removes publications and positions past their time to live, and empty channels. */
final class LogSweep implements Sweep {
    private final UserLog log;
    private final WebSocketManagerFactory factory;

    LogSweep(UserLog log, WebSocketManagerFactory factory) {
        this.log = log;
        this.factory = factory;
    }

    @Override
    public String name() {
        return "stale-channels";
    }

    @Override
    public Found run() {
        UserLog.Sweep swept = log.sweep(new Connected());
        return new Found(swept.expired() + swept.forgotten(), swept.expired() + swept.forgotten());
    }

    /** The users and sessions that are connected to this node. */
    private final class Connected implements UserLog.Readers {
        @Override
        public boolean any(Channel channel) {
            return factory.subscribed(channel);
        }

        @Override
        public boolean connected(UserId user, SessionId session) {
            return factory.find(new ManagerKey(user, session)).isPresent();
        }
    }
}
