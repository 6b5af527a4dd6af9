package dev.cordon.cluster;

import dev.cordon.log.Append;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Admissions;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * This node among the nodes that share its log: it wakes the others for what it publishes, delivers what they
 * publish, carries out their orders, answers their questions, and shares its slots with them. Thread-safe.
 */
public final class Cluster implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Cluster.class.getName());

    private final UserLog log;
    private final WebSocketManagerFactory factory;
    private final Wakeup wakeup;
    private final LocalUsers users = new LocalUsers();
    private final RemotePublications publications;
    private final Orders orders;
    private final RemoteOrders remoteOrders;
    private final SharedSlots slots;
    private final Admissions admissions;
    private final Membership membership;
    private final ClusterCounters counters;
    private final ExecutorService orderReader;
    private final RemoteInquiries remoteInquiries;
    private final Inquirer inquirer;
    private final ExecutorService inquiryReader;
    /** Guarded by this object's lock. */
    private boolean closed;

    /** @param node id of this node in the directory */
    public Cluster(
            String node,
            NodeDirectory directory,
            Wakeup wakeup,
            Orders orders,
            Inquiries inquiries,
            SharedSlots slots,
            WebSocketManagerFactory factory,
            Admissions admissions,
            UserLog log,
            ClusterCounters counters,
            Ticker ticker) {
        this.log = log;
        this.factory = factory;
        this.wakeup = wakeup;
        this.counters = counters;
        this.orderReader = thread("cordon-orders");
        this.publications = new RemotePublications(factory, log, users, counters, ticker, log::reading);
        TailRead tail = new TailRead(log, users, publications, counters, ticker, ThreadLocalRandom.current()::nextLong);
        this.orders = orders;
        this.slots = slots;
        this.admissions = admissions;
        this.remoteOrders = new RemoteOrders(orders, factory, on(orderReader));
        this.inquiryReader = thread("cordon-inquiries");
        this.remoteInquiries = new RemoteInquiries(inquiries, counters, on(inquiryReader));
        this.membership =
                new Membership(directory, factory, publications, tail, remoteOrders, remoteInquiries, slots, counters);
        this.inquirer = new Inquirer(node, directory, membership::nodes, inquiries, counters, ticker);
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Drops what comes after the end: this node serves nobody any more. */
    private static Executor on(ExecutorService threads) {
        return task -> {
            try {
                threads.execute(task);
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "News of another node came after the end", e);
            }
        };
    }

    /**
     * Answers the questions of one kind. Call it before {@link #start}.
     *
     * @param respondent makes the answer from the question's text; must not wait for another node
     */
    public void answerWith(String kind, UnaryOperator<String> respondent) {
        remoteInquiries.answerWith(kind, respondent);
    }

    /** Questions to the other nodes. */
    public OtherNodes others() {
        return inquirer;
    }

    /**
     * Begins to wake and to be woken, and waits for the first heartbeat. Call it once, before the first connection.
     * {@link #turn} is due from then on.
     */
    public void start() {
        counters.begin();
        factory.listenToUsers(users);
        log.whenCommitted(this::wake);
        factory.carryOrders(orders::send);
        slots.whenLost(factory::endSession);
        factory.shareSlots(slots);
        wakeup.listen(new Hearing());
        // No session gets a slot before the first heartbeat.
        turn();
    }

    private final class Hearing implements Wakeup.Hearer {
        @Override
        public void listening(String secret) {
            users.know(secret);
            publications.unsure();
            remoteInquiries.begin();
            inquirer.unsure();
        }

        @Override
        public void woken(Collection<UserHash> hashes) {
            publications.woken(hashes);
        }

        @Override
        public void committed(Collection<UserHash> hashes) {
            counters.transactions.increment();
            publications.woken(hashes);
        }

        @Override
        public void unsure() {
            publications.unsure();
        }

        @Override
        public void ordered() {
            remoteOrders.begin();
        }

        @Override
        public void asked() {
            remoteInquiries.begin();
        }

        @Override
        public void answered(String question) {
            inquirer.answered(question);
        }

        @Override
        public void probed(Collection<UserHash> hashes) {
            hashes.stream().flatMap(hash -> users.of(hash).stream()).forEach(admissions::probe);
        }
    }

    private void wake(List<Append> committed) {
        wakeup.wake(committed.stream().map(append -> append.channel().owner()).toList());
    }

    /** One turn of the duty, every {@link Membership#PERIOD}. */
    public synchronized void turn() {
        if (!closed) {
            membership.turn();
        }
    }

    /** The nodes that share the log, this one included, in the order in which they started. Empty before the first turn. */
    public List<NodeDirectory.Node> nodes() {
        return membership.nodes();
    }

    /** Leaves the other nodes. Call it when no connection is left. */
    @Override
    public synchronized void close() {
        closed = true;
        wakeup.close();
        orderReader.shutdown();
        inquiryReader.shutdown();
        membership.leave();
        slots.close();
        counters.end();
    }
}
