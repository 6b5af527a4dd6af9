package dev.cordon.cluster;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.WebSocketManagerFactory;
import java.lang.System.Logger.Level;

/** Carries out the orders of other nodes. Thread-safe: one thread at a time reads. */
final class RemoteOrders {
    private static final System.Logger LOG = System.getLogger(RemoteOrders.class.getName());

    private final Orders orders;
    private final WebSocketManagerFactory factory;

    RemoteOrders(Orders orders, WebSocketManagerFactory factory) {
        this.orders = orders;
        this.factory = factory;
    }

    /** Reads and carries out the orders that are new. While the log is unavailable, they wait. */
    synchronized void carryOut() {
        try {
            for (Orders.Received received : orders.fresh()) {
                int ended = factory.disconnectHere(received.order(), received.age());
                LOG.log(
                        ended == 0 ? Level.DEBUG : Level.INFO,
                        "An order of another node ended {0} connections with {1}",
                        ended,
                        Integer.toString(received.order().disconnect().code()));
            }
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "Orders of other nodes cannot be read: {0}", e.getMessage());
        }
    }
}
