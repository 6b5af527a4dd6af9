package dev.cordon.payara;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;

/**
 * A gate in front of the application's addresses on each listener, shut when it is placed. While the application starts
 * or ends, requests get 503 with {@code Retry-After} there; the container alone would answer 500 without a body.
 * Thread-safe.
 */
public final class ServingGate {
    private static final System.Logger LOG = System.getLogger(ServingGate.class.getName());

    private final ServingFilter filter;

    private ServingGate(ServingFilter filter) {
        this.filter = filter;
    }

    /**
     * Places a gate on each listener.
     *
     * @param transports the server's own objects, by the names of their listeners
     * @param contextPath of the application, empty or {@code /} for the server's root
     * @return empty if the server's network layer is not known
     */
    public static Optional<ServingGate> place(Map<String, Object> transports, String contextPath) {
        try {
            ServingFilter filter = new ServingFilter(contextPath.equals("/") ? "" : contextPath);
            transports.forEach(filter::place);
            return Optional.of(new ServingGate(filter));
        } catch (LinkageError e) {
            LOG.log(Level.DEBUG, "The server answers by itself while the application starts", e);
            return Optional.empty();
        }
    }

    /** Lets requests through: the application serves. */
    public void open() {
        filter.shut(false);
    }

    /** Rejects new requests: the application does not serve any more. Requests that are being served go on. */
    public void shut() {
        filter.shut(true);
    }

    /** Leaves the listeners as they were found. Idempotent. */
    public void remove() {
        filter.remove();
    }
}
