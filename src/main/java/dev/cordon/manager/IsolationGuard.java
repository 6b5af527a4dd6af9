package dev.cordon.manager;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;

/**
 * The last look before a write: a channel's owner must be the connection's user. Fails closed: what does not match is never
 * written, is counted, and is an alert.
 */
public final class IsolationGuard {
    private static final System.Logger LOG = System.getLogger(IsolationGuard.class.getName());

    private final Counters counters;

    public IsolationGuard(Counters counters) {
        this.counters = counters;
    }

    /** Whether a connection of the user may see this channel. */
    public boolean permits(UserId user, Channel channel) {
        counters.isolationChecks.increment();
        if (user.equals(channel.owner())) {
            return true;
        }
        counters.isolationViolations.increment();
        counters.dropped(Counters.Drop.VIOLATION, 1);
        LOG.log(
                Level.ERROR,
                "Isolation violation: a publication was about to reach a connection of another user. It was withheld.");
        return false;
    }
}
