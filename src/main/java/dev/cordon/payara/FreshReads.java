package dev.cordon.payara;

import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;

/**
 * A filter in front of the HTTP codec that marks connections on which bytes have arrived. The first request in these
 * bytes is handled at once. Each further request waits its turn among other connections ({@link RequestGuard}).
 * Thread-safe.
 */
final class FreshReads extends BaseFilter {
    private static final String FRESH = FreshReads.class.getName();

    @Override
    public NextAction handleRead(FilterChainContext context) {
        context.getConnection().getAttributes().setAttribute(FRESH, FRESH);
        return context.getInvokeAction();
    }

    /** Whether this is the first request since bytes arrived. Removes the mark. */
    static boolean first(Connection<?> connection) {
        return connection.getAttributes().removeAttribute(FRESH) != null;
    }
}
