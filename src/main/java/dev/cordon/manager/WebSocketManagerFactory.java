package dev.cordon.manager;

import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
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
 * The factory and registry of managers: one for each session of a user, and never more than
 * {@link Limits#maxManagersPerUser()} per user, whatever races.
 *
 * <p>Thread-safe. Changes for one user are atomic, in that user's entry of one concurrent map. Users wait for each
 * other only in the map's own bins, and no I/O runs there. A connection calls back when it closes, on every path, and
 * that call releases it.
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
    private volatile Consumer<DisconnectOrder> orderCarrier = order -> {};
    private volatile UserListener userListener = UserListener.NOBODY;
    private volatile Slots slots = Slots.ALONE;

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
     * This object itself, where a container injects a client proxy for it. Calls for each message use it and so save
     * the proxy's look-up of the instance. In a supplier, because the proxy would put itself in the place of a bare
     * object.
     */
    public Supplier<WebSocketManagerFactory> itself() {
        return () -> this;
    }

    /** @param hearer gets each released manager, on the thread that released it; must not keep it, wait or throw */
    public void whenReleased(Consumer<WebSocketManager> hearer) {
        whenReleased = hearer;
    }

    /**
     * @param hearer gets each ended connection with a user, beside those that hear of it already, on the thread that
     *     ended it; must not keep it, wait or throw
     */
    public synchronized void whenEnded(Consumer<Connection> hearer) {
        whenEnded = whenEnded.andThen(hearer);
    }

    /** @param listener is told which users have managers: of those who have some already, and of changes from now on */
    public void listenToUsers(UserListener listener) {
        userListener = listener;
        for (UserId known : users.keySet()) {
            users.computeIfPresent(known, (user, managers) -> {
                listener.came(user);
                return managers;
            });
        }
    }

    /** @param shared the slots that this node shares with others, from now on. Call it before the first connection */
    public void shareSlots(Slots shared) {
        slots = shared;
    }

    /** The slots of sessions. Whoever lets a connection in claims one first. */
    Slots slots() {
        return slots;
    }

    /** Accepts a socket, which has {@link Limits#connectDeadline()} to connect. Empty when stopping or at the limit. */
    public Optional<Connection> accept(Transport transport) {
        if (sockets.incrementAndGet() > limits.get().maxConnections() || !accepting) {
            sockets.decrementAndGet();
            counters.connectionsRejected.increment();
            return Optional.empty();
        }
        Connection connection = new Connection(transport, releaser, limits, counters, stalledQueues, guard, ticker);
        connections.put(connection.id(), connection);
        if (!accepting) {
            // The node stopped after the first check: the thread that closes all connections may have missed this one.
            connection.close(Disconnect.SHUTDOWN);
            counters.connectionsRejected.increment();
            return Optional.empty();
        }
        counters.connectionsAccepted.increment();
        return Optional.of(connection);
    }

    /**
     * Adds the connection to the manager of its session, which is made when there is none. On an exception the
     * connection ends: its client reconnects and finds nothing left of it.
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
            if (managers.isEmpty()) {
                return null;
            }
            if (existing == null) {
                userListener.came(user);
            }
            return managers;
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
                if (managers.isEmpty()) {
                    userListener.left(user);
                    return null;
                }
                return managers;
            });
            WebSocketManager gone = released.get();
            if (gone != null) {
                counters.managersReleased.increment();
                counters.cleanup.record(ticker.nanos() - start);
                whenReleased.accept(gone);
            }
            slots.release(context.key(), connection.id());
            whenEnded.accept(connection);
        });
    }

    /**
     * Ends the connections on this node that an order names.
     *
     * @param age time since the order was given; connections that are younger stay
     * @return number of ended connections
     */
    public int disconnectHere(DisconnectOrder order, Duration age) {
        int ended = 0;
        for (Connection connection : connectionsOf(order.selection())) {
            if (connection.liveness().age() >= age.toNanos()) {
                connection.drainAndClose(order.disconnect());
                ended++;
            }
        }
        return ended;
    }

    /** Ends the connections of a session on this node, because it has lost its slot. Their clients reconnect. */
    public void endSession(ManagerKey key) {
        find(key).stream()
                .flatMap(manager -> manager.connections().stream())
                .forEach(connection -> connection.close(Disconnect.FORCE_RECONNECT));
    }

    /**
     * Passes an order on to the other nodes. Does nothing without any.
     *
     * @throws dev.cordon.log.LogUnavailableException if it may not have been passed on
     */
    public void passOn(DisconnectOrder order) {
        orderCarrier.accept(order);
    }

    /** @param carrier gets each order that is given on this node */
    public void carryOrders(Consumer<DisconnectOrder> carrier) {
        orderCarrier = carrier;
    }

    /**
     * Delivers a publication to its owner's connections on this node.
     *
     * @param log the log that connections read if they lack publications before this one
     * @return the number of connections that get it
     */
    public int deliver(Delivery delivery, UserLog log, WriteBatch writes) {
        UserManagers managers =
                users.get(delivery.appended().publication().channel().owner());
        return managers == null ? 0 : managers.deliver(delivery, log, writes);
    }

    /** The log may hold an undelivered publication: the owner's connections read it at the next {@link #catchUp}. */
    public void fallBehind(Channel channel) {
        for (WebSocketManager manager : managersOf(channel.owner())) {
            manager.connections().forEach(connection -> connection.fallBehind(channel));
        }
    }

    /** The log has a publication: the owner's connections that lack it read it at the next {@link #catchUp}. */
    public void fallBehind(Channel channel, StreamPosition published) {
        for (WebSocketManager manager : managersOf(channel.owner())) {
            manager.connections().forEach(connection -> connection.fallBehind(channel, published));
        }
    }

    /** Lets the connections that are behind read the log. If the log is unavailable, they stay behind. */
    public void catchUp(UserLog log) {
        for (Connection connection : connections.values()) {
            if (connection.behind()) {
                connection.catchUp(log);
            }
        }
    }

    /** The connections on this node that are selected, in the order of their sessions. Snapshot. */
    public List<Connection> connectionsOf(ConnectionSelection selection) {
        List<Connection> selected = new ArrayList<>();
        for (WebSocketManager manager : managersOf(selection.user())) {
            for (Connection connection : manager.connections()) {
                if (selection.names(manager, connection)) {
                    selected.add(connection);
                }
            }
        }
        return selected;
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

    /** Accepts no socket from now on, for good. Existing ones live on. Off-heap memory is no longer kept for reuse. */
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
