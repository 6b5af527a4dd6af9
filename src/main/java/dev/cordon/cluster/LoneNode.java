package dev.cordon.cluster;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node without others whose log applications append to in their own transactions: it hears their notifications,
 * delivers what they have published, and looks for what lost notifications would have told. Until the first such
 * publication it does nothing but ask whether there was one. Thread-safe.
 */
public final class LoneNode implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LoneNode.class.getName());

    private final BooleanSupplier used;
    private final Supplier<Wakeup> wakeups;
    private final WebSocketManagerFactory factory;
    private final UserLog log;
    private final ClusterCounters counters;
    private final Ticker ticker;
    /** Guarded by this object's lock, as the next one is. */
    private @Nullable Listening listening;

    private boolean closed;

    /**
     * @param used whether an application has published in a transaction, ever; must not wait
     * @param wakeups makes the carrier of their notifications, once
     */
    public LoneNode(
            BooleanSupplier used,
            Supplier<Wakeup> wakeups,
            WebSocketManagerFactory factory,
            UserLog log,
            ClusterCounters counters,
            Ticker ticker) {
        this.used = used;
        this.wakeups = wakeups;
        this.factory = factory;
        this.log = log;
        this.counters = counters;
        this.ticker = ticker;
    }

    /** One turn of the duty, every {@link Membership#PERIOD}. While the log is unavailable, it does nothing. */
    public synchronized void turn() {
        if (closed) {
            return;
        }
        if (listening != null) {
            listening.look();
        } else if (used.getAsBoolean()) {
            LOG.log(Level.INFO, "Applications publish by SQL: this node listens for it from now on");
            listening = new Listening();
            listening.begin();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (listening != null) {
            listening.end();
        }
    }

    /** What a node has that listens. */
    private final class Listening implements Wakeup.Hearer {
        private final LocalUsers users = new LocalUsers();
        private final RemotePublications publications =
                new RemotePublications(factory, log, users, counters, ticker, log::reading);
        private final TailRead tail =
                new TailRead(log, users, publications, counters, ticker, ThreadLocalRandom.current()::nextLong);
        private final Wakeup wakeup = wakeups.get();

        void begin() {
            counters.beginListening();
            factory.listenToUsers(users);
            wakeup.listen(this);
        }

        void look() {
            try {
                tail.step();
            } catch (LogUnavailableException e) {
                LOG.log(Level.DEBUG, "The log cannot be read: {0}", e.getMessage());
            }
        }

        void end() {
            wakeup.close();
            counters.end();
        }

        @Override
        public void listening(String secret) {
            users.know(secret);
            publications.unsure();
        }

        @Override
        public void committed(Collection<UserHash> hashes) {
            counters.transactions.increment();
            publications.woken(hashes);
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
            // Nobody gives orders to a node without others; the next three are the same.
        }

        @Override
        public void asked() {}

        @Override
        public void answered(String question) {}

        @Override
        public void probed(Collection<UserHash> hashes) {}
    }
}
