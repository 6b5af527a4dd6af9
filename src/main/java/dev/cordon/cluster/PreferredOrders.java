package dev.cordon.cluster;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.DisconnectOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Two carriers of orders between the same nodes. An order goes by the preferred one, and by the other one when that
 * fails; a node may then get it twice, which ends nobody else. Orders of both are read. Thread-safe.
 */
public final class PreferredOrders implements Orders {
    private final Orders preferred;
    private final Orders other;

    public PreferredOrders(Orders preferred, Orders other) {
        this.preferred = preferred;
        this.other = other;
    }

    @Override
    public void send(DisconnectOrder order) {
        try {
            preferred.send(order);
        } catch (LogUnavailableException e) {
            other.send(order);
        }
    }

    @Override
    public List<Received> fresh() {
        List<Received> fresh = new ArrayList<>(other.fresh());
        try {
            fresh.addAll(preferred.fresh());
        } catch (LogUnavailableException e) {
            return fresh;
        }
        return fresh;
    }

    @Override
    public void sweep() {
        other.sweep();
        try {
            preferred.sweep();
        } catch (LogUnavailableException e) {
            // What is old there is removed when it can be reached again.
            return;
        }
    }
}
