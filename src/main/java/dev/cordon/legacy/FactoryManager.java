package dev.cordon.legacy;

import dev.cordon.manager.Connection;
import dev.cordon.manager.OpenResult;
import dev.cordon.manager.Transport;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Publisher;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The factory behind the interface of a singleton. A disconnect releases the connection like any other end.
 * Connections at a user's limit are not probed, because the old interface answers at once. Thread-safe, as the factory
 * is.
 */
final class FactoryManager implements LegacyManager {
    /** Expiry of a connection without a token: the old interface knows none. */
    private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    private final WebSocketManagerFactory factory;
    private final Publisher publisher;
    private final Map<ConnectionId, Connection> mine = new ConcurrentHashMap<>();

    FactoryManager(WebSocketManagerFactory factory, Publisher publisher) {
        this.factory = factory;
        this.publisher = publisher;
    }

    @Override
    public Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport) {
        Forgetting wire = new Forgetting(transport);
        Optional<Connection> accepted = factory.accept(wire);
        if (accepted.isEmpty()) {
            transport.close(Disconnect.SHUTDOWN);
            return Optional.empty();
        }
        UserContext context = new UserContext(user, session, false, NEVER);
        Connection connection = accepted.get();
        mine.put(connection.id(), connection);
        wire.of(connection);
        Channel personal = Channel.personal(user);
        connection.attach(context, personal);
        if (!(factory.open(connection, context) instanceof OpenResult.Opened)) {
            connection.close(Disconnect.CONNECTION_LIMIT);
            return Optional.empty();
        }
        try {
            publisher.follow(connection, personal, connection.encoding().ping());
        } catch (RuntimeException e) {
            // Without the log it would get nothing.
            connection.close(Disconnect.FORCE_RECONNECT);
            throw e;
        }
        connection.drain();
        return Optional.of(connection.id());
    }

    @Override
    public int send(UserId user, Payload payload) {
        try (WriteBatch writes = new WriteBatch()) {
            return publisher
                    .publish(Channel.personal(user), payload, Optional.empty(), writes)
                    .connections();
        }
    }

    /** Sends what no log keeps: a publication is for all connections of its user. */
    @Override
    public boolean send(ConnectionId handle, Payload payload) {
        Optional<Connection> connection =
                factory.find(handle).filter(found -> found.state() == Connection.State.CONNECTED);
        connection.ifPresent(to -> to.context().ifPresent(context -> {
            Channel personal = Channel.personal(context.user());
            to.tell(personal, to.encoding().push(personal, payload));
            to.drain();
        }));
        return connection.isPresent();
    }

    /** Whether the factory has the connection, whoever opened it. */
    boolean has(ConnectionId handle) {
        return factory.find(handle).isPresent();
    }

    @Override
    public void disconnect(ConnectionId handle) {
        factory.find(handle).ifPresent(connection -> connection.close(Disconnect.NORMAL));
    }

    /** The factory asks for signs of life, which the singleton never did. */
    @Override
    public void heard(ConnectionId handle) {
        Connection connection = mine.get(handle);
        if (connection != null) {
            connection.heard();
        }
    }

    /** Ends the connections that this object opened. */
    @Override
    public void releaseAll() {
        mine.values().forEach(connection -> connection.close(Disconnect.SHUTDOWN));
    }

    /** Number of connections that this object opened. */
    @Override
    public int connections() {
        return mine.size();
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
