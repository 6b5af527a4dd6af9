package dev.cordon.manager;

import dev.cordon.log.Backlog;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.publish.PublishReceipt;
import dev.cordon.publish.Publisher;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A node without a container: everything between a parsed command and the wire, on a hand-driven clock. */
public final class TestNode {
    public static final Frame REPLY = Frame.of("{\"id\":1,\"connect\":{}}");

    public final HandTime time = new HandTime();
    public final Counters counters = new Counters();
    public final IsolationGuard guard = new IsolationGuard(counters);
    public final UserLog log;
    public final WebSocketManagerFactory factory;
    public final Admissions admissions;
    public final PublishCounters published = new PublishCounters();
    public final Idempotency idempotency = new Idempotency(published, time);
    public final Publisher publisher;
    public volatile Limits limits;
    /** Runs whenever a part of the node asks for its limits. */
    public volatile Runnable whenAsked = () -> {};

    public TestNode() {
        this(Limits.DEFAULTS);
    }

    public TestNode(Limits limits) {
        this(limits, new Retention(256, 1024 * 1024, Duration.ofMinutes(10), 64 * 1024 * 1024));
    }

    public TestNode(Limits limits, Retention retention) {
        this(limits, time -> new MemoryUserLog(() -> retention, time, "e1"));
    }

    /** @param open makes the log, with the node's clock */
    public TestNode(Limits limits, Function<HandTime, UserLog> open) {
        this.limits = limits;
        this.log = open.apply(time);
        this.factory = new WebSocketManagerFactory(this::limits, counters, guard, time);
        this.admissions = new Admissions(factory, this::limits, counters, time);
        this.publisher = new Publisher(log, factory, idempotency, published, time);
    }

    public Limits limits() {
        whenAsked.run();
        return limits;
    }

    public static UserId user(String name) {
        return new UserId(name);
    }

    public static Channel personal(String user) {
        return Channel.personal(user(user));
    }

    public static UserContext context(String user, String session) {
        return new UserContext(user(user), new SessionId(session), false, HandTime.START.plus(Duration.ofDays(1)));
    }

    /** Accepts a socket that has not sent its connect. */
    public Peer accept(FakeTransport wire) {
        return new Peer(factory.accept(wire).orElseThrow(), wire, Optional.empty());
    }

    public Peer connect(String user, String session) {
        return connect(user, session, new FakeTransport());
    }

    /** Attach, admit, read, go live: as the connect command does. */
    public Peer connect(String user, String session, FakeTransport wire) {
        return connect(context(user, session), wire, Optional.empty());
    }

    public Peer connect(UserContext context, FakeTransport wire, Optional<StreamPosition> since) {
        Connection connection = factory.accept(wire).orElseThrow();
        Channel personal = Channel.personal(context.user());
        connection.attach(context, personal);
        AtomicReference<OpenResult> result = new AtomicReference<>();
        admissions.admit(connection, context, opened -> {
            result.set(opened);
            if (opened instanceof OpenResult.Opened) {
                log.patiently(() -> {
                    connection.goLive(personal, from(personal, since), REPLY, log);
                    connection.drain();
                });
            } else if (opened instanceof OpenResult.LimitReached) {
                connection.close(Disconnect.CONNECTION_LIMIT);
            } else if (opened instanceof OpenResult.Unavailable) {
                connection.close(Disconnect.FORCE_RECONNECT);
            }
        });
        return new Peer(connection, wire, Optional.ofNullable(result.get()));
    }

    /** The position that the reply of a connect brings the client to. */
    public StreamPosition from(Channel channel, Optional<StreamPosition> since) {
        return since.map(at -> log.readAfter(channel, at)).map(Backlog::top).orElseGet(() -> log.top(channel));
    }

    public PublishReceipt publish(String user) {
        return publish(personal(user), "{}");
    }

    public PublishReceipt publish(Channel channel, String json) {
        try (WriteBatch writes = new WriteBatch()) {
            return publisher.publish(channel, Payload.json(json), Optional.empty(), writes);
        }
    }

    /** Appends a publication and returns its delivery, without delivering it. */
    public Delivery appended(Channel channel, String json) {
        var appended = log.append(channel, Payload.json(json));
        return new Delivery(appended, time.nanos());
    }

    /** Does what the shared tick does. */
    public void tick() {
        factory.connections().forEach(connection -> connection.tick(time.instant()));
        admissions.tick();
    }

    public void advance(Duration span) {
        time.advance(span);
        tick();
    }

    /** Sizes of all maps and collections of the factory and the admissions, by field. */
    public Map<String, Integer> tables() {
        Map<String, Integer> sizes = new TreeMap<>();
        for (Object of : new Object[] {factory, admissions}) {
            for (Field field : of.getClass().getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    size(field, of).ifPresent(size -> sizes.put(field.getName(), size));
                }
            }
        }
        return sizes;
    }

    private static Optional<Integer> size(Field field, Object of) {
        try {
            field.setAccessible(true);
            Object value = field.get(of);
            if (value instanceof Map<?, ?> map) {
                return Optional.of(map.size());
            }
            if (value instanceof Number number) {
                return Optional.of(number.intValue());
            }
            return value instanceof Collection<?> all ? Optional.of(all.size()) : Optional.empty();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
