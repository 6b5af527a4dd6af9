package dev.cordon.legacy;

import dev.cordon.legacy.MigrationReport.Call;
import dev.cordon.legacy.MigrationReport.Path;
import dev.cordon.manager.Connection;
import dev.cordon.manager.OpenResult;
import dev.cordon.manager.Transport;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Publisher;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * An adapter with the singleton's interface that serves migrated users through the factory, and all others through the singleton. It counts
 * each call by its path, so that a report can say how many calls took the old one.
 *
 * <p>A disconnect releases the connection like any other end. Connections at a user's limit are not probed, because the old interface answers
 * at once. Thread-safe, as the factory is.
 */
public final class MigrationAdapter implements LegacyManager {
    /** Expiry of a connection without a token: the old interface knows none. */
    private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    private final LegacyManager singleton;
    private final WebSocketManagerFactory factory;
    private final Publisher publisher;
    private final Predicate<UserId> migrated;
    private final Map<ConnectionId, Connection> mine = new ConcurrentHashMap<>();
    private final Map<Path, Map<Call, LongAdder>> calls = MigrationReport.counters();

    /** @param migrated whether a user takes the new path; called at each connect and send, so that it may change at any time */
    public MigrationAdapter(
            LegacyManager singleton, WebSocketManagerFactory factory, Publisher publisher, Predicate<UserId> migrated) {
        this.singleton = singleton;
        this.factory = factory;
        this.publisher = publisher;
        this.migrated = migrated;
    }

    @Override
    public Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport) {
        Path path = pathOf(user);
        count(path, Call.CONNECT);
        return path == Path.FACTORY
                ? open(new UserContext(user, session, false, NEVER), transport)
                : singleton.connect(user, session, transport);
    }

    private Optional<ConnectionId> open(UserContext context, Transport transport) {
        Forgetting wire = new Forgetting(transport);
        Optional<Connection> accepted = factory.accept(wire);
        if (accepted.isEmpty()) {
            transport.close(Disconnect.SHUTDOWN);
            return Optional.empty();
        }
        Connection connection = accepted.get();
        mine.put(connection.id(), connection);
        wire.of(connection);
        Channel personal = Channel.personal(context.user());
        connection.attach(context, personal);
        if (!(factory.open(connection, context) instanceof OpenResult.Opened)) {
            connection.close(Disconnect.CONNECTION_LIMIT);
            return Optional.empty();
        }
        publisher.follow(connection, personal, FrameWriter.PING);
        connection.drain();
        return Optional.of(connection.id());
    }

    @Override
    public int send(UserId user, Payload payload) {
        Path path = pathOf(user);
        count(path, Call.SEND);
        if (path == Path.LEGACY) {
            return singleton.send(user, payload);
        }
        try (WriteBatch writes = new WriteBatch()) {
            return publisher
                    .publish(Channel.personal(user), payload, Optional.empty(), writes)
                    .connections();
        }
    }

    /** Takes the path on which the connection was opened, even if its user has migrated since. */
    @Override
    public void disconnect(ConnectionId handle) {
        Connection connection = mine.get(handle);
        if (connection == null) {
            count(Path.LEGACY, Call.DISCONNECT);
            singleton.disconnect(handle);
        } else {
            count(Path.FACTORY, Call.DISCONNECT);
            connection.close(Disconnect.NORMAL);
        }
    }

    /** The factory asks for signs of life, which the singleton never did. */
    @Override
    public void heard(ConnectionId handle) {
        Connection connection = mine.get(handle);
        if (connection != null) {
            connection.heard();
        }
    }

    @Override
    public void releaseAll() {
        singleton.releaseAll();
        mine.values().forEach(connection -> connection.close(Disconnect.SHUTDOWN));
    }

    @Override
    public int connections() {
        return singleton.connections() + mine.size();
    }

    /** The calls so far. */
    public MigrationReport report() {
        return MigrationReport.of(calls);
    }

    private Path pathOf(UserId user) {
        return migrated.test(user) ? Path.FACTORY : Path.LEGACY;
    }

    private void count(Path path, Call call) {
        MigrationReport.counter(calls, path, call).increment();
    }

    /** A transport that forgets the handle when the connection ends. */
    private final class Forgetting extends ForwardingTransport {
        private volatile Optional<ConnectionId> handle = Optional.empty();
        private volatile boolean closed;

        Forgetting(Transport wire) {
            super(wire);
        }

        void of(Connection connection) {
            handle = Optional.of(connection.id());
            if (closed) {
                mine.remove(connection.id());
            }
        }

        @Override
        public void close(Disconnect disconnect) {
            closed = true;
            handle.ifPresent(mine::remove);
            super.close(disconnect);
        }
    }
}
