package dev.cordon.validation;

import dev.cordon.legacy.LegacyManager;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Counters;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.Limits;
import dev.cordon.manager.OpenResult;
import dev.cordon.manager.Ticker;
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
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.publish.Publisher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Main code's objects as the server wires them, without the container: the factory used directly. It has the singleton's interface
 * so that both are called alike; what it does is what connect and publish commands do.
 */
final class Node implements LegacyManager {
    private static final Retention DEFAULTS =
            new Retention(256, 1024 * 1024, Duration.ofMinutes(10), 256L * 1024 * 1024);

    /** For how long the log knows a channel that is used no more. */
    static final Duration KNOWN_FOR = DEFAULTS.positionTimeToLive();

    private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    final Counters counters = new Counters();
    final IsolationGuard guard = new IsolationGuard(counters);
    final PublishCounters published = new PublishCounters();
    final UserLog log;
    final WebSocketManagerFactory factory;
    final Idempotency idempotency;
    final Publisher publisher;
    private final AtomicLong ahead = new AtomicLong();
    private final Fault fault;

    Node(Seed seed) {
        Ticker ticker = () -> System.nanoTime() + ahead.get();
        fault = new Fault(seed);
        log = fault.log(new MemoryUserLog(() -> DEFAULTS, new AheadClock(ahead)));
        factory = new WebSocketManagerFactory(() -> Limits.DEFAULTS, counters, guard, ticker);
        idempotency = new Idempotency(published, ticker);
        publisher = new Publisher(log, factory, idempotency, published, ticker);
    }

    /** Puts the node's clock forward: for what falls due after minutes. */
    void later(Duration by) {
        ahead.addAndGet(by.toNanos());
    }

    @Override
    public Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport) {
        Connection connection = factory.accept(fault.wire(transport)).orElseThrow();
        UserContext context = new UserContext(user, session, false, NEVER);
        Channel personal = Channel.personal(user);
        connection.attach(context, personal);
        if (!(factory.open(connection, context) instanceof OpenResult.Opened)) {
            connection.close(Disconnect.CONNECTION_LIMIT);
            return Optional.empty();
        }
        fault.opened(connection);
        publisher.follow(connection, personal, FrameWriter.PING);
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

    @Override
    public boolean send(ConnectionId handle, Payload payload) {
        throw new UnsupportedOperationException("nothing here is sent to one connection");
    }

    @Override
    public void disconnect(ConnectionId handle) {
        factory.find(handle).ifPresent(connection -> connection.close(Disconnect.NORMAL));
    }

    @Override
    public void releaseAll() {
        List<Connection> all = new ArrayList<>(factory.connections());
        all.forEach(connection -> connection.close(Disconnect.SHUTDOWN));
    }

    @Override
    public int connections() {
        return factory.connections().size();
    }
}
