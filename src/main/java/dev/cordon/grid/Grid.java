package dev.cordon.grid;

import com.hazelcast.cluster.Member;
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
import dev.cordon.log.GroupLimits;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Limits;
import java.lang.System.Logger.Level;
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
    private static final System.Logger LOG = System.getLogger(Grid.class.getName());

    private final HazelcastInstance hazelcast;
    private final GridKeys keys;

    Grid(HazelcastInstance hazelcast, GridKeys keys) {
        this.hazelcast = hazelcast;
        this.keys = keys;
        assignPartitions();
    }

    /**
     * Gives the partitions to members before anything is stored. Else the first operation does, and hurries ahead: a
     * member that does not know yet that it keeps backups drops the first one, and whether it is stored remains unknown
     * (Hazelcast 5.3.8). A member that joins later gets its partitions one by one, and knows of each.
     */
    private void assignPartitions() {
        try {
            Member owner = hazelcast.getPartitionService().getPartition(PREFIX).getOwner();
            LOG.log(Level.DEBUG, "The grid is divided; one partition is of {0}", owner);
        } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
            LOG.log(Level.DEBUG, "The grid could not be divided at the start; its first operation does it", e);
        }
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
            LOG.log(Level.DEBUG, "The server has no data grid", e);
            throw new GridSettingException(
                    "cordon.cluster=grid needs the server's data grid: start Payara Micro without --nohazelcast and"
                            + " --nocluster and with --hzconfigfile payara-config/cluster/hazelcast-grid.xml, or set"
                            + " cordon.cluster=off");
        }
    }

    /** The directory of the nodes on this grid, which goes on in each part of a split. */
    public NodeDirectory nodes(ThisNode node) {
        return new GridNodes(hazelcast, node, () -> true);
    }

    /** The directory of the nodes on this grid, which has the log too: nobody else knows the nodes of the other part. */
    public NodeDirectory allNodes(ThisNode node) {
        return new GridNodes(hazelcast, node, () -> GridQuorum.reached(hazelcast, GridUserLog.PREFIX));
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

    /** The groups of the nodes on this grid, which has the log too. */
    public UserGroups groups(Supplier<GroupLimits> limits) {
        return new GridUserGroups(hazelcast, GridUserLog.PREFIX, keys, limits);
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

    /** Removes listeners of this node. A grid that has ended here has none any more. */
    static void unlisten(Runnable removal) {
        try {
            removal.run();
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "The grid ended before this node left it", e);
        }
    }

    /** @throws LogUnavailableException if the grid cannot carry it out now */
    static <T> T call(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
            LOG.log(Level.DEBUG, "The grid failed", e);
            if (e instanceof SplitBrainProtectionException) {
                throw new LogUnavailableException(GridQuorum.TOO_FEW);
            }
            throw new LogUnavailableException(
                    "the data grid does not answer: " + e.getClass().getSimpleName());
        }
    }
}
