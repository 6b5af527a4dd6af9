package dev.cordon.payara;

import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;

/**
 * Stands in front of the HTTP codec and marks connections that something has come over: the first request behind it is taken up at once, and
 * each one that came with it in turn with those of other connections ({@link RequestGuard}). Thread-safe.
 */
final class FreshReads extends BaseFilter {
    private static final String FRESH = FreshReads.class.getName();

    @Override
    public NextAction handleRead(FilterChainContext context) {
        context.getConnection().getAttributes().setAttribute(FRESH, FRESH);
        return context.getInvokeAction();
    }

    /** Whether this is the first request since something came. */
    static boolean first(Connection<?> connection) {
        return connection.getAttributes().removeAttribute(FRESH) != null;
    }
}
