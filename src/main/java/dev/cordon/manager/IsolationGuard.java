package dev.cordon.manager;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;

/**
 * The last check before a write: a channel's owner must be the connection's user. It fails closed: a publication of
 * another owner is never written, is counted, and raises an alert.
 */
public final class IsolationGuard {
    private static final System.Logger LOG = System.getLogger(IsolationGuard.class.getName());

    private final Counters counters;

    public IsolationGuard(Counters counters) {
        this.counters = counters;
    }

    /** Whether a connection of the user must not see this channel. */
    public boolean rejects(UserId user, Channel channel) {
        counters.isolationChecks.increment();
        if (user.equals(channel.owner())) {
            return false;
        }
        counters.isolationViolations.increment();
        counters.dropped(Counters.Drop.VIOLATION, 1);
        LOG.log(
                Level.ERROR,
                "Isolation violation: a publication was about to reach a connection of another user. It was withheld.");
        return true;
    }
}
