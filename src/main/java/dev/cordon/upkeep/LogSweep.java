package dev.cordon.upkeep;

import dev.cordon.log.UserLog;
import dev.cordon.manager.WebSocketManagerFactory;

/** Publications past their time to live, and channels with nothing left in them. */
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
        UserLog.Sweep swept = log.sweep(factory::subscribed);
        return new Found(swept.expired() + swept.forgotten(), swept.expired() + swept.forgotten());
    }
}
