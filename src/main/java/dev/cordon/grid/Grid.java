package dev.cordon.grid;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Inquiries;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.Orders;
import dev.cordon.cluster.SharedSlots;
import dev.cordon.cluster.TableSlots;
import dev.cordon.cluster.ThisNode;
import dev.cordon.cluster.Wakeup;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Limits;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** The data grid of this server, and the carriers between nodes on it. Thread-safe. */
public final class Grid {
    /** Names of structures begin so. A later form of what is in them has another prefix. */
    static final String PREFIX = "cordon.";

    private static final String JNDI_NAME = "payara/Hazelcast";

    private final HazelcastInstance hazelcast;
    private final GridKeys keys;

    Grid(HazelcastInstance hazelcast, GridKeys keys) {
        this.hazelcast = hazelcast;
        this.keys = keys;
    }

    /**
     * The grid of the server that runs Cordon.
     *
     * @throws GridSettingException if the server has none
     */
    @SuppressWarnings("BanJNDI") // a constant name
    public static Grid ofThisServer(GridKeys keys) {
        try {
            return new Grid((HazelcastInstance) new InitialContext().lookup(JNDI_NAME), keys);
        } catch (NamingException | LinkageError | ClassCastException e) {
            System.getLogger(Grid.class.getName()).log(System.Logger.Level.DEBUG, "The server has no data grid", e);
            throw new GridSettingException(
                    "cordon.cluster=grid needs the server's data grid: start Payara Micro without --nohazelcast and"
                            + " --nocluster and with --hzconfigfile payara-config/cluster/hazelcast-grid.xml, or set"
                            + " cordon.cluster=off");
        }
    }

    /** The directory of the nodes on this grid. */
    public NodeDirectory nodes(ThisNode node) {
        return new GridNodes(hazelcast, node);
    }

    /** The wakeups between the nodes on this grid. */
    public Wakeup wakeup(ClusterCounters counters) {
        return new GridWakeup(hazelcast, keys, counters);
    }

    /**
     * The orders between the nodes on this grid.
     *
     * @param node id of this node
     */
    public Orders orders(String node) {
        return new GridOrders(hazelcast, keys, node, System::nanoTime);
    }

    /**
     * The questions between the nodes on this grid.
     *
     * @param node id of this node
     */
    public Inquiries inquiries(String node) {
        return new GridInquiries(
                hazelcast, keys, node, () -> hazelcast.getCluster().getClusterTime());
    }

    /**
     * The log on this grid.
     *
     * @param keyWindow time for which a key is remembered
     * @throws GridSettingException if the grid's file would let it lose what it has stored
     */
    public UserLog log(Supplier<Retention> retention, Duration keyWindow) {
        GridFile.check(hazelcast.getConfig());
        return log(retention, new GridClock(hazelcast.getCluster()), keyWindow);
    }

    /** @param clock the grid's time */
    GridUserLog log(Supplier<Retention> retention, Clock clock, Duration keyWindow) {
        return new GridUserLog(hazelcast, GridUserLog.PREFIX, keys, retention, clock, keyWindow);
    }

    /**
     * The slots of the nodes on this grid.
     *
     * @param node id of this node
     */
    public SharedSlots slots(String node, Supplier<Limits> limits, ClusterCounters counters) {
        return new TableSlots(slotTable(orders(node)), limits, counters);
    }

    GridSlotTable slotTable(Orders orders) {
        return new GridSlotTable(hazelcast, GridUserLog.PREFIX, keys, orders, GridWakeup.probes(hazelcast, keys));
    }

    /** Why this node is not on the grid; empty while it is. Does not wait. */
    public Optional<String> unavailable() {
        return hazelcast.getLifecycleService().isRunning()
                ? Optional.empty()
                : Optional.of("the data grid has ended on this node: restart the process");
    }

    /** @throws LogUnavailableException if the grid cannot carry it out now */
    static <T> T call(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
            System.getLogger(Grid.class.getName()).log(System.Logger.Level.DEBUG, "The grid failed", e);
            if (e instanceof SplitBrainProtectionException) {
                throw new LogUnavailableException("too few members of the data grid are there");
            }
            throw new LogUnavailableException(
                    "the data grid does not answer: " + e.getClass().getSimpleName());
        }
    }
}
