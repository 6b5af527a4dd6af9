package dev.cordon.cluster;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.DisconnectOrder;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Two carriers of orders between the same nodes. An order goes by both: by the preferred one because it is faster, and
 * by the other one because it reaches nodes on which the preferred one has ended. A node may get an order twice, which
 * ends nobody else: connections that are younger than the order stay. Nobody waits for the preferred one for longer than
 * {@link BoundedCalls#PATIENCE}. Thread-safe.
 */
public final class PreferredOrders implements Orders {
    private static final System.Logger LOG = System.getLogger(PreferredOrders.class.getName());

    private final Orders preferred;
    private final Orders other;
    private final BoundedCalls calls = new BoundedCalls("cordon-preferred-orders");

    public PreferredOrders(Orders preferred, Orders other) {
        this.preferred = preferred;
        this.other = other;
    }

    @Override
    public void send(DisconnectOrder order) {
        try {
            calls.run(() -> preferred.send(order));
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "An order goes by the slower carrier alone: {0}", e.getMessage());
        }
        other.send(order);
    }

    @Override
    public List<Received> fresh() {
        List<Received> fresh = new ArrayList<>();
        try {
            // An answer that comes too late is dropped: the other carrier has its orders too.
            fresh.addAll(calls.call(preferred::fresh, late -> {}));
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "Orders are read by the slower carrier alone: {0}", e.getMessage());
        }
        try {
            fresh.addAll(other.fresh());
        } catch (LogUnavailableException e) {
            // What the preferred one has returned it does not return again.
            if (fresh.isEmpty()) {
                throw e;
            }
        }
        return fresh;
    }

    @Override
    public void sweep() {
        other.sweep();
        try {
            calls.run(preferred::sweep);
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "Old orders are removed when the carrier can be reached again: {0}", e.getMessage());
        }
    }
}
