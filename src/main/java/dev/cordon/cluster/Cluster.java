package dev.cordon.cluster;

import dev.cordon.log.Append;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * This node among the nodes that share its log: it wakes the others for what it publishes, delivers what they
 * publish, and carries out their orders. Thread-safe.
 */
public final class Cluster implements AutoCloseable {
    private final UserLog log;
    private final WebSocketManagerFactory factory;
    private final Wakeup wakeup;
    private final LocalUsers users = new LocalUsers();
    private final RemotePublications publications;
    private final Orders orders;
    private final RemoteOrders remoteOrders;
    private final Membership membership;
    private final ExecutorService reader;

    public Cluster(
            NodeDirectory directory,
            Wakeup wakeup,
            Orders orders,
            WebSocketManagerFactory factory,
            UserLog log,
            ClusterCounters counters,
            Ticker ticker) {
        this.log = log;
        this.factory = factory;
        this.wakeup = wakeup;
        this.reader = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "cordon-remote");
            thread.setDaemon(true);
            return thread;
        });
        this.publications = new RemotePublications(factory, log, users, counters, ticker, reader);
        TailRead tail = new TailRead(log, users, publications, counters, ticker, ThreadLocalRandom.current()::nextLong);
        this.orders = orders;
        this.remoteOrders = new RemoteOrders(orders, factory);
        this.membership = new Membership(directory, factory, publications, tail, remoteOrders, counters);
    }

    /** Begins to wake and to be woken. Call it once, before the first connection. {@link #turn} is due from then on. */
    public void start() {
        factory.listenToUsers(users);
        log.whenCommitted(this::wake);
        factory.passOrdersOn(orders::send);
        wakeup.listen(new Hearing());
    }

    private final class Hearing implements Wakeup.Hearer {
        @Override
        public void listening(String secret) {
            users.know(secret);
            publications.unsure();
        }

        @Override
        public void woken(Collection<UserHash> hashes) {
            publications.woken(hashes);
        }

        @Override
        public void unsure() {
            publications.unsure();
        }

        @Override
        public void ordered() {
            reader.execute(remoteOrders::carryOut);
        }
    }

    private void wake(List<Append> committed) {
        wakeup.wake(committed.stream().map(append -> append.channel().owner()).toList());
    }

    /** One turn of the duty, every {@link Membership#PERIOD}. */
    public void turn() {
        membership.turn();
    }

    /** The nodes that share the log, this one included, in the order in which they started. Empty before the first turn. */
    public List<NodeDirectory.Node> nodes() {
        return membership.nodes();
    }

    /** Leaves the other nodes. Call it when no connection is left. */
    @Override
    public void close() {
        wakeup.close();
        reader.shutdownNow();
        membership.leave();
    }
}
