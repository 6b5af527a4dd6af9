package dev.cordon.console;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Quoted;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.Drain;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;

/** The factory for JMX. Logs what an operator does. Thread-safe. */
record FactoryBean(WebSocketManagerFactory factory, Cleanup cleanup, Drain draining) implements FactoryMXBean {
    /** Metrics by the attribute that shows them. */
    static final Map<String, String> METRICS = Map.of(
            "Users", "cordon_users",
            "Managers", "cordon_managers",
            "Connections", "cordon_connections",
            "Opening", "cordon_connections_opening",
            "QueuedMessages", "cordon_queue_messages",
            "QueuedBytes", "cordon_queue_bytes",
            "ManagersCreated", "cordon_managers_created_total",
            "ManagersReleased", "cordon_managers_released_total",
            "Delivered", "cordon_delivered_total");

    private static final System.Logger LOG = System.getLogger(FactoryBean.class.getName());

    @Override
    public boolean isAccepting() {
        return factory.accepting();
    }

    @Override
    public int disconnectUser(String user) {
        return end(user, Disconnect.FORCE_NO_RECONNECT);
    }

    @Override
    public int reconnectUser(String user) {
        return end(user, Disconnect.FORCE_RECONNECT);
    }

    private int end(String user, Disconnect disconnect) {
        DisconnectOrder order = DisconnectOrder.all(new UserId(user), disconnect);
        int ended = factory.disconnectHere(order, Duration.ZERO);
        LOG.log(
                Level.INFO,
                "Over JMX an operator ended {0} connections of user {1} with {2}",
                ended,
                Quoted.of(user),
                Integer.toString(disconnect.code()));
        try {
            factory.passOn(order);
        } catch (LogUnavailableException e) {
            // A class that the operator's tool knows.
            throw new IllegalStateException("ended on this node only: " + e.getMessage());
        }
        return ended;
    }

    @Override
    public void drain() {
        LOG.log(Level.WARNING, "Over JMX an operator drains this node");
        draining.run();
    }

    @Override
    public String[] runCleanup() {
        LOG.log(Level.INFO, "Over JMX an operator runs the cleanup");
        return cleanup.run().stream()
                .map(report -> report.sweep() + ": found " + report.found() + ", removed " + report.removed()
                        + ", took " + report.took().toMillis() + " ms")
                .toArray(String[]::new);
    }
}
