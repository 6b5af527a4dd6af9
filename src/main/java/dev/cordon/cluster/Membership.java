package dev.cordon.cluster;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.WebSocketManagerFactory;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * This node's place among the nodes of the log: says that it lives, notices who comes and goes, keeps its slots, and
 * looks for what lost wakeups would have told, orders and questions included. Confined to its duty, but for {@link #nodes} and {@link #leave}.
 */
public final class Membership {
    /** Time between two heartbeats. */
    public static final Duration PERIOD = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(Membership.class.getName());

    private final NodeDirectory directory;
    private final WebSocketManagerFactory factory;
    private final RemotePublications publications;
    private final TailRead tail;
    private final RemoteOrders orders;
    private final RemoteInquiries inquiries;
    private final SharedSlots slots;
    private final ClusterCounters counters;
    private volatile List<NodeDirectory.Node> nodes = List.of();

    Membership(
            NodeDirectory directory,
            WebSocketManagerFactory factory,
            RemotePublications publications,
            TailRead tail,
            RemoteOrders orders,
            RemoteInquiries inquiries,
            SharedSlots slots,
            ClusterCounters counters) {
        this.directory = directory;
        this.factory = factory;
        this.publications = publications;
        this.tail = tail;
        this.orders = orders;
        this.inquiries = inquiries;
        this.slots = slots;
        this.counters = counters;
    }

    /** One turn of the duty. While the log is unavailable, it does nothing: the log says so itself. */
    public void turn() {
        try {
            beat();
            slots.turn();
            orders.turn();
            inquiries.turn();
            tail.step();
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "The node directory cannot be reached: {0}", e.getMessage());
        }
    }

    private void beat() {
        List<NodeDirectory.Node> before = nodes;
        NodeDirectory.Beat beat = directory.beat(ThisNode.state(factory), ThisNode.load(factory));
        List<NodeDirectory.Node> now = beat.nodes();
        nodes = now;
        counters.beaten(now.size());
        beat.lost().forEach(this::tellLost);
        Set<String> came = ids(now);
        came.removeAll(ids(before));
        Set<String> left = ids(before);
        left.removeAll(ids(now));
        if (came.isEmpty() && left.isEmpty()) {
            return;
        }
        LOG.log(
                Level.INFO,
                "{0} nodes share the log; new: {1}; gone: {2}",
                now.size(),
                came.isEmpty() ? "none" : String.join(", ", came),
                left.isEmpty() ? "none" : String.join(", ", left));
        if (!before.isEmpty()) {
            // A node that is lost may have committed what it could not tell any more.
            publications.unsure();
        }
    }

    /** A node that said that it drains was going anyway, even if its process ended before it could leave. */
    private void tellLost(NodeDirectory.Node node) {
        if (node.state() == NodeDirectory.State.DRAINING) {
            LOG.log(Level.INFO, "The node {0} has ended while it drained", node.id());
            return;
        }
        counters.nodesLost.increment();
        LOG.log(
                Level.WARNING,
                "The node {0} is lost: it does not answer any more. Look whether its process runs and reaches the others",
                node.id());
    }

    private static Set<String> ids(List<NodeDirectory.Node> of) {
        return of.stream().map(NodeDirectory.Node::id).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The nodes at the last heartbeat, in the order in which they started. Any thread. */
    public List<NodeDirectory.Node> nodes() {
        return nodes;
    }

    /** Leaves the directory, so that the other nodes need not find out. Any thread. */
    public void leave() {
        directory.leave();
    }
}
