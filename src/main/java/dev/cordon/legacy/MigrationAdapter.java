package dev.cordon.legacy;

import dev.cordon.legacy.MigrationReport.Call;
import dev.cordon.legacy.MigrationReport.Path;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.Transport;
import dev.cordon.manager.WebSocketManager;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Publisher;
import jakarta.websocket.Session;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An adapter that takes the place of an application's singleton manager (docs/migration.md). It serves the users that
 * have moved through the factory, and all others through a singleton: the application's own, if a CDI bean of it
 * implements {@link LegacyManager}, else {@link SingletonWebSocketManager}. A bean injects it; other code calls
 * {@link #instance}.
 *
 * <p><b>When the share changes.</b> A connection stays with the manager that opened it until it ends. The next
 * connection of its user goes the user's new way. Meanwhile each message goes to both managers, and each of them hands
 * it to its own connections only. So no open connection loses a message, none gets one twice, and the messages of one
 * sending thread stay in order on each.
 *
 * <p><b>Shadow.</b> With {@link MigrationSettings#shadow} each new connection of the singleton has a shadow at the
 * factory. The client gets what the singleton writes; {@link ShadowComparison} compares. The shadow counts as a
 * connection of its user, and the messages go into the log. An error of the shadow does not reach the caller.
 *
 * <p>Thread-safe. Each call looks for its {@link CallSite}; the first of each is logged as a warning. Calls may wait as
 * long as the singleton, or the log, makes them wait.
 */
public final class MigrationAdapter implements LegacyManager {
    /** The session of connections whose caller names none: all tabs of a user, 8 at most by default. */
    public static final SessionId SESSION = new SessionId("singleton");

    private static final System.Logger LOG = System.getLogger(MigrationAdapter.class.getName());

    private static volatile @Nullable Supplier<MigrationAdapter> started;

    private final LegacyManager singleton;
    private final boolean bare;
    private final WebSocketManagerFactory factory;
    private final FactoryManager fresh;
    private final Supplier<MigrationSettings> settings;
    private final MigrationCounters counters;
    private final CallSites sites;
    private final ShadowComparison comparison;
    private final LegacyConnections olds = new LegacyConnections();

    /**
     * Makes an adapter over the built-in singleton.
     *
     * @param settings called at each call, so that they may change at any time
     */
    public MigrationAdapter(
            SingletonWebSocketManager singleton,
            WebSocketManagerFactory factory,
            Publisher publisher,
            Supplier<MigrationSettings> settings,
            MigrationCounters counters,
            Clock clock,
            Ticker ticker) {
        this(singleton, false, factory, publisher, settings, counters, clock, ticker);
    }

    private MigrationAdapter(
            LegacyManager singleton,
            boolean bare,
            WebSocketManagerFactory factory,
            Publisher publisher,
            Supplier<MigrationSettings> settings,
            MigrationCounters counters,
            Clock clock,
            Ticker ticker) {
        this.singleton = singleton;
        this.bare = bare;
        this.factory = factory;
        this.settings = settings;
        this.counters = counters;
        this.fresh = new FactoryManager(factory, publisher);
        this.sites = new CallSites(clock, CallSites.MAX);
        Function<Frame, List<String>> payloads = bare ? frame -> List.of(frame.text()) : Pushes::payloads;
        this.comparison = new ShadowComparison(
                singleton, new FactoryManager(factory, publisher), payloads, counters.divergences, clock, ticker);
        counters.countFor(this);
    }

    /** Makes an adapter over an application's own singleton, which writes bare payloads. */
    public static MigrationAdapter over(
            LegacyManager singleton,
            WebSocketManagerFactory factory,
            Publisher publisher,
            Supplier<MigrationSettings> settings,
            MigrationCounters counters,
            Clock clock,
            Ticker ticker) {
        return new MigrationAdapter(singleton, true, factory, publisher, settings, counters, clock, ticker);
    }

    /**
     * The adapter of this application, for code that no container injects into.
     *
     * @throws IllegalStateException before the application has started, and after it has stopped
     */
    public static MigrationAdapter instance() {
        Supplier<MigrationAdapter> of = started;
        if (of == null) {
            throw new IllegalStateException("Cordon has not started, or has stopped: call MigrationAdapter.instance()"
                    + " in between, or inject MigrationAdapter");
        }
        return of.get();
    }

    /** @param adapter what {@link #instance} returns from now on; asked at each call */
    public static void started(Supplier<MigrationAdapter> adapter) {
        started = adapter;
    }

    /** From now on {@link #instance} throws. */
    public static void stopped() {
        started = null;
    }

    /**
     * Accepts a connection of the application's own endpoint, whose user the application has verified. Its client gets
     * each payload as one text message, whichever manager serves it. {@code @OnClose} calls
     * {@link #disconnect(Session)}.
     *
     * <p>Clients are pinged as RFC 6455 says, and browsers answer by themselves. An endpoint with an
     * {@code @OnMessage} for pongs must call {@link #heard} there.
     *
     * @return the connection's handle; empty if a limit is reached: the session is closed then
     */
    public Optional<String> connect(String user, Session session) {
        sites.called(Call.CONNECT);
        Optional<ConnectionId> handle = SessionWire.open(
                session, this, bare, wires -> connect(new UserId(user), SESSION, wires.legacy(), wires.factory()));
        return handle.map(ConnectionId::value);
    }

    @Override
    public Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport) {
        sites.called(Call.CONNECT);
        return connect(user, session, transport, transport);
    }

    private Optional<ConnectionId> connect(UserId user, SessionId session, Transport old, Transport moved) {
        MigrationSettings now = settings.get();
        if (now.moved(user)) {
            counters.count(Path.FACTORY, Call.CONNECT);
            return fresh.connect(user, session, moved);
        }
        counters.count(Path.LEGACY, Call.CONNECT);
        LegacyConnections.Wire wire = olds.enter(user, old);
        Optional<ConnectionId> handle = Optional.empty();
        try {
            handle = (now.shadow() ? comparison : singleton).connect(user, session, wire);
            handle.ifPresent(wire::taken);
            return handle;
        } finally {
            if (handle.isEmpty()) {
                wire.end();
            }
        }
    }

    /**
     * Sends a JSON value to all connections of a user on this node, and returns their number. A user who has moved gets
     * it on other nodes too, and after a reconnect.
     *
     * @throws dev.cordon.protocol.json.InvalidJsonException if the text is not one JSON value
     */
    public int sendToUser(String user, String json) {
        sites.called(Call.SEND);
        return count(new UserId(user), Payload.parse(json));
    }

    @Override
    public int send(UserId user, Payload payload) {
        sites.called(Call.SEND);
        return count(user, payload);
    }

    private int count(UserId user, Payload payload) {
        Way way = way(user);
        counters.count(way.path(), Call.SEND);
        return send(way, user, payload);
    }

    /**
     * Which managers serve a user now.
     *
     * @param moved whether the share says the factory
     * @param old whether the singleton may have a connection
     * @param here whether the factory has one on this node that is no shadow
     * @param shadows number of the factory's shadows
     */
    private record Way(boolean moved, boolean old, boolean here, int shadows) {
        Path path() {
            if (!old) {
                return Path.FACTORY;
            }
            return moved || here ? Path.BOTH : Path.LEGACY;
        }
    }

    private Way way(UserId user) {
        boolean moved = settings.get().moved(user);
        boolean here = false;
        int shadows = 0;
        for (WebSocketManager manager : factory.managersOf(user)) {
            for (Connection connection : manager.connections()) {
                boolean shadow = comparison.shadows(connection.id());
                shadows += shadow ? 1 : 0;
                here |= !shadow;
            }
        }
        return new Way(moved, !moved || olds.has(user), here, shadows);
    }

    private int send(Way way, UserId user, Payload payload) {
        Optional<Sent> compared = comparison.active() || settings.get().shadow()
                ? Optional.of(comparison.begin(user, payload))
                : Optional.empty();
        try {
            return deliver(way, user, payload);
        } finally {
            compared.ifPresent(sent -> comparison.end(user, sent));
        }
    }

    /** An error of one manager does not keep the message from the connections of the other. */
    private int deliver(Way way, UserId user, Payload payload) {
        int handed = 0;
        try {
            if (way.old()) {
                handed += singleton.send(user, payload);
            }
        } finally {
            if (way.moved() || way.here()) {
                // A shadow is no connection of the application's.
                handed += Math.max(0, fresh.send(user, payload) - way.shadows());
            } else if (way.shadows() > 0) {
                shadow(user, payload);
            }
        }
        return handed;
    }

    private void shadow(UserId user, Payload payload) {
        try {
            fresh.send(user, payload);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "A message did not reach the shadow: {0}", e.getMessage());
        }
    }

    /**
     * Sends a JSON value to one connection. Returns false if it has ended. No log keeps the message.
     *
     * @throws dev.cordon.protocol.json.InvalidJsonException if the text is not one JSON value
     */
    public boolean sendToConnection(String handle, String json) {
        sites.called(Call.SEND_TO_CONNECTION);
        return toOne(new ConnectionId(handle), Payload.parse(json));
    }

    @Override
    public boolean send(ConnectionId handle, Payload payload) {
        sites.called(Call.SEND_TO_CONNECTION);
        return toOne(handle, payload);
    }

    private boolean toOne(ConnectionId handle, Payload payload) {
        counters.count(path(handle), Call.SEND_TO_CONNECTION);
        return fresh.has(handle) ? fresh.send(handle, payload) : comparison.send(handle, payload);
    }

    /**
     * Sends a JSON value to all users with a connection on this node, but for some. Returns the number of connections.
     * Each user gets it as by {@link #sendToUser}: it becomes a message of that user alone. An error for one user does not
     * keep it from the others; it is thrown in the end.
     *
     * @throws dev.cordon.protocol.json.InvalidJsonException if the text is not one JSON value
     */
    public int broadcastExcept(String json, String... users) {
        sites.called(Call.BROADCAST);
        Payload payload = Payload.parse(json);
        Set<UserId> except = Stream.of(users).map(UserId::new).collect(Collectors.toSet());
        int handed = 0;
        boolean old = false;
        boolean moved = false;
        RuntimeException failure = null;
        for (UserId user : present()) {
            if (!except.contains(user)) {
                Way way = way(user);
                old |= way.old();
                moved |= way.moved() || way.here();
                try {
                    handed += send(way, user, payload);
                } catch (RuntimeException e) {
                    failure = failure == null ? e : failure;
                }
            }
        }
        counters.count(path(old, moved), Call.BROADCAST);
        if (failure != null) {
            throw failure;
        }
        return handed;
    }

    private Path path(boolean old, boolean moved) {
        if (old) {
            return moved ? Path.BOTH : Path.LEGACY;
        }
        return moved || settings.get().share() > 0 ? Path.FACTORY : Path.LEGACY;
    }

    private Set<UserId> present() {
        Set<UserId> present = new HashSet<>(olds.users());
        factory.managers().forEach(manager -> present.add(manager.key().user()));
        return present;
    }

    /** The handles of a user's connections on this node, in no order. */
    public List<String> connections(String user) {
        sites.called(Call.CONNECTIONS);
        UserId of = new UserId(user);
        counters.count(way(of).path(), Call.CONNECTIONS);
        return Stream.concat(olds.of(of).stream(), moved(of))
                .map(ConnectionId::value)
                .toList();
    }

    private Stream<ConnectionId> moved(UserId user) {
        return factory.managersOf(user).stream()
                .flatMap(manager -> manager.connections().stream())
                .map(Connection::id)
                .filter(id -> !comparison.shadows(id));
    }

    /** Users and connections of this node now. */
    public MigrationStats stats() {
        sites.called(Call.STATS);
        int users = 0;
        int connections = 0;
        boolean old = false;
        boolean moved = false;
        for (UserId user : present()) {
            int there = olds.of(user).size();
            int here = (int) moved(user).count();
            old |= there > 0;
            moved |= here > 0;
            users += there + here > 0 ? 1 : 0;
            connections += there + here;
        }
        counters.count(path(old, moved), Call.STATS);
        return new MigrationStats(users, connections);
    }

    /** Ends the connection of a session. Does nothing if it has ended, or was never opened here. */
    public void disconnect(Session session) {
        sites.called(Call.DISCONNECT);
        SessionWire.handle(session).ifPresent(this::end);
    }

    /** Ends a connection. A handle that is unknown, or has ended, does nothing. */
    public void disconnect(String handle) {
        sites.called(Call.DISCONNECT);
        end(new ConnectionId(handle));
    }

    /** Takes the path on which the connection was opened, even if its user has moved since. */
    @Override
    public void disconnect(ConnectionId handle) {
        sites.called(Call.DISCONNECT);
        end(handle);
    }

    private void end(ConnectionId handle) {
        counters.count(path(handle), Call.DISCONNECT);
        if (fresh.has(handle)) {
            fresh.disconnect(handle);
        } else {
            comparison.disconnect(handle);
            olds.ended(handle);
        }
    }

    private Path path(ConnectionId handle) {
        return olds.user(handle).isPresent() ? Path.LEGACY : Path.FACTORY;
    }

    @Override
    public void heard(ConnectionId handle) {
        if (olds.user(handle).isPresent()) {
            comparison.heard(handle);
        } else {
            fresh.heard(handle);
        }
    }

    @Override
    public void releaseAll() {
        comparison.releaseAll();
        fresh.releaseAll();
    }

    @Override
    public int connections() {
        return singleton.connections() + fresh.connections();
    }

    /** The calls so far. */
    public MigrationReport report() {
        return counters.report();
    }

    /** How far the migration is. */
    public MigrationStatus status() {
        return new MigrationStatus(
                settings.get(),
                report(),
                legacyConnections(),
                factoryConnections(),
                sites.all(),
                sites.unlisted(),
                comparison.result());
    }

    int legacyConnections() {
        return olds.size();
    }

    int factoryConnections() {
        return fresh.connections();
    }

    int callSites() {
        return sites.size();
    }

    void settle() {
        comparison.settle();
    }
}
