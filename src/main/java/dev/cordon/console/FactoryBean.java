package dev.cordon.console;

import dev.cordon.manager.Counters;
import dev.cordon.manager.FactoryStats;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Quoted;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.Drain;
import java.lang.System.Logger.Level;

/** Thread-safe. What an operator does is in the log. */
record FactoryBean(WebSocketManagerFactory factory, Counters counters, Cleanup cleanup, Drain draining)
        implements FactoryMXBean {
    private static final System.Logger LOG = System.getLogger(FactoryBean.class.getName());

    private FactoryStats stats() {
        return factory.stats();
    }

    @Override
    public long getUsers() {
        return stats().users();
    }

    @Override
    public long getManagers() {
        return stats().managers();
    }

    @Override
    public long getConnections() {
        return stats().connections();
    }

    @Override
    public long getOpening() {
        return stats().opening();
    }

    @Override
    public long getQueuedMessages() {
        return stats().queuedMessages();
    }

    @Override
    public long getQueuedBytes() {
        return stats().queuedBytes();
    }

    @Override
    public long getManagersCreated() {
        return counters.managersCreated.sum();
    }

    @Override
    public long getManagersReleased() {
        return counters.managersReleased.sum();
    }

    @Override
    public long getDelivered() {
        return counters.delivered();
    }

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
        int ended = factory.releaseAll(new UserId(user), disconnect);
        LOG.log(
                Level.INFO,
                "Over JMX an operator ended {0} connections of user {1} with {2}",
                ended,
                Quoted.of(user),
                Integer.toString(disconnect.code()));
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
