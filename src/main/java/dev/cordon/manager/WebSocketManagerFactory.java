package dev.cordon.manager;

import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes, finds and releases the managers: one for each session of a user, at most
 * {@link Limits#maxManagersPerUser()} a user whatever races.
 *
 * <p>Thread-safe, any thread. What concerns one user happens atomically in that user's entry of one concurrent map; users never
 * wait for each other but for the map's own bins, and no I/O runs there. A connection calls back when it closes, on every path,
 * and is released by that call.
 */
@ApplicationScoped
public class WebSocketManagerFactory {
    private final Supplier<Limits> limits;
    private final Counters counters;
    private final IsolationGuard guard;
    private final Ticker ticker;
    private final ConcurrentHashMap<UserId, UserManagers> users = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ConnectionId, Connection> connections = new ConcurrentHashMap<>();
    private final AtomicInteger sockets = new AtomicInteger();
    private final StalledQueues stalledQueues = new StalledQueues();
    private final Connection.CloseListener releaser = this::release;
    private volatile boolean accepting = true;
    private volatile Consumer<WebSocketManager> whenReleased = manager -> {};
    private volatile Consumer<Connection> whenEnded = connection -> {};

    @Inject
    public WebSocketManagerFactory(Supplier<Limits> limits, Counters counters, IsolationGuard guard, Ticker ticker) {
        this.limits = limits;
        this.counters = counters;
        this.guard = guard;
        this.ticker = ticker;
    }

    /** For the container's client proxy only; never runs code of this class. */
    protected WebSocketManagerFactory() {
        this(() -> Limits.DEFAULTS, new Counters(), new IsolationGuard(new Counters()), System::nanoTime);
    }

    /**
     * This object itself, where a container hands out a client proxy for it: what is called for each message goes by this, past the
     * proxy's look-up of the instance. In a supplier, because the proxy would put itself in the place of a bare one.
     */
    public Supplier<WebSocketManagerFactory> itself() {
        return () -> this;
    }

    /** @param hearer gets each manager when it has been released, on the thread that did; must not keep it, wait or throw */
    public void whenReleased(Consumer<WebSocketManager> hearer) {
        whenReleased = hearer;
    }

    /** @param hearer gets each connection that had a user when it has ended, on the thread that ended it; must not keep it, wait or throw */
    public void whenEnded(Consumer<Connection> hearer) {
        whenEnded = hearer;
    }

    /** Takes in a fresh socket, which has {@link Limits#connectDeadline()} to connect. Empty: stopping, or at the node's limit. */
    public Optional<Connection> accept(Transport transport) {
        if (sockets.incrementAndGet() > limits.get().maxConnections() || !accepting) {
            sockets.decrementAndGet();
            counters.connectionsRejected.increment();
            return Optional.empty();
        }
        Connection connection = new Connection(transport, releaser, limits, counters, stalledQueues, guard, ticker);
        connections.put(connection.id(), connection);
        if (!accepting) {
            // Stopped since the first look: whoever closes all connections may not have seen this one.
            connection.close(Disconnect.SHUTDOWN);
            counters.connectionsRejected.increment();
            return Optional.empty();
        }
        counters.connectionsAccepted.increment();
        return Optional.of(connection);
    }

    /**
     * Gives the connection its place in the manager of its session, which is made when there is none. When that fails with an
     * exception, the connection ends: its client comes again and finds nothing of it left.
     */
    public OpenResult open(Connection connection, UserContext context) {
        long start = ticker.nanos();
        OpenResult result;
        try {
            result = place(connection, context, limits.get());
        } catch (RuntimeException e) {
            counters.failedCreations.increment();
            connection.close(Disconnect.FORCE_RECONNECT);
            throw e;
        }
        if (result instanceof OpenResult.Opened opened) {
            counters.connects.increment();
            if (opened.created()) {
                counters.managersCreated.increment();
                counters.creation.record(ticker.nanos() - start);
            }
        }
        return result;
    }

    private OpenResult place(Connection connection, UserContext context, Limits bounds) {
        OpenResult[] result = {new OpenResult.Gone()};
        users.compute(context.user(), (user, existing) -> {
            UserManagers managers = existing == null ? new UserManagers() : existing;
            result[0] = managers.open(connection, context, bounds);
            return managers.isEmpty() ? null : managers;
        });
        return result[0];
    }

    private void release(Connection connection) {
        if (connections.remove(connection.id()) == null) {
            return;
        }
        sockets.decrementAndGet();
        connection.context().ifPresent(context -> {
            long start = ticker.nanos();
            AtomicReference<@Nullable WebSocketManager> released = new AtomicReference<>();
            users.computeIfPresent(context.user(), (user, managers) -> {
                managers.release(connection, context.key()).ifPresent(released::set);
                return managers.isEmpty() ? null : managers;
            });
            WebSocketManager gone = released.get();
            if (gone != null) {
                counters.managersReleased.increment();
                counters.cleanup.record(ticker.nanos() - start);
                whenReleased.accept(gone);
            }
            whenEnded.accept(connection);
        });
    }

    /** Ends all connections of a user; returns how many. */
    public int releaseAll(UserId user, Disconnect disconnect) {
        int ended = 0;
        for (WebSocketManager manager : managersOf(user)) {
            for (Connection connection : manager.connections()) {
                connection.drainAndClose(disconnect);
                ended++;
            }
        }
        return ended;
    }

    /**
     * Delivers a publication to its owner's connections on this node.
     *
     * @param log is read by connections that lack publications before it
     * @return how many connections get it
     */
    public int deliver(Delivery delivery, UserLog log, WriteBatch writes) {
        UserManagers managers =
                users.get(delivery.appended().publication().channel().owner());
        return managers == null ? 0 : managers.deliver(delivery, log, writes);
    }

    /** A publication may be in the log that was not handed out: the owner's connections look there at the next {@link #catchUp}. */
    public void fallBehind(Channel channel) {
        for (WebSocketManager manager : managersOf(channel.owner())) {
            manager.connections().forEach(connection -> connection.fallBehind(channel));
        }
    }

    /** A publication is in the log: the owner's connections that were not given it look there at the next {@link #catchUp}. */
    public void fallBehind(Channel channel, StreamPosition published) {
        for (WebSocketManager manager : managersOf(channel.owner())) {
            manager.connections().forEach(connection -> connection.fallBehind(channel, published));
        }
    }

    /** Lets connections that are behind read the log; those that cannot stay behind. */
    public void catchUp(UserLog log) {
        for (Connection connection : connections.values()) {
            if (connection.behind()) {
                connection.catchUp(log);
            }
        }
    }

    /** Whether any connection of its owner is subscribed to the channel. */
    public boolean subscribed(Channel channel) {
        return managersOf(channel.owner()).stream()
                .flatMap(manager -> manager.connections().stream())
                .anyMatch(connection -> connection.subscribed(channel));
    }

    public Optional<WebSocketManager> find(ManagerKey key) {
        UserManagers managers = users.get(key.user());
        return managers == null ? Optional.empty() : Optional.ofNullable(managers.find(key));
    }

    /** Snapshot, oldest first. */
    public List<WebSocketManager> managersOf(UserId user) {
        UserManagers managers = users.get(user);
        return managers == null ? List.of() : managers.snapshot();
    }

    public Optional<Connection> find(ConnectionId id) {
        return Optional.ofNullable(connections.get(id));
    }

    /** All sockets, those without a token included. Weakly consistent. */
    public Collection<Connection> connections() {
        return connections.values();
    }

    /** All managers. Weakly consistent. */
    public List<WebSocketManager> managers() {
        return users.values().stream().flatMap(m -> m.snapshot().stream()).toList();
    }

    /** Accepts no socket from now on, for good. Existing ones live on. Memory is no longer kept for the next use. */
    public void stopAccepting() {
        accepting = false;
        stalledQueues.offHeap().end();
    }

    public boolean accepting() {
        return accepting;
    }

    /** Bytes that wait behind writes which the transport has not taken, on all connections. */
    public long stalledBytes() {
        return stalledQueues.bytes();
    }

    StalledQueues stalledQueues() {
        return stalledQueues;
    }

    public FactoryStats stats() {
        long managers = 0;
        for (UserManagers of : users.values()) {
            managers += of.snapshot().size();
        }
        long opening = 0;
        long messages = 0;
        long bytes = 0;
        for (Connection connection : connections.values()) {
            opening += connection.state() == Connection.State.OPENING ? 1 : 0;
            messages += connection.queuedMessages();
            bytes += connection.queuedBytes();
        }
        return new FactoryStats(users.size(), managers, connections.size(), opening, messages, bytes);
    }
}
