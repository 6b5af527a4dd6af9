package dev.cordon.api;

import dev.cordon.auth.ApiKeys;
import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenSettings;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.cluster.FakeOtherNodes;
import dev.cordon.cluster.LiveMessages;
import dev.cordon.cluster.Presence;
import dev.cordon.cluster.ThisNode;
import dev.cordon.cluster.UserConnections;
import dev.cordon.jdbc.TestDatabase;
import dev.cordon.log.GroupLimits;
import dev.cordon.log.MemoryUserGroups;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Counters;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.Limits;
import dev.cordon.manager.OpenResult;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.publish.Publisher;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A node without its container: the real parts behind the server API, with a clock that the test drives. */
final class ApiNode {
    static final String KEY = "the-first-key";
    static final int MAX_MESSAGE = 64 * 1024;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final Counters counters = new Counters();
    final PublishCounters publishes = new PublishCounters();
    final ApiCounters requests = new ApiCounters();
    final FakeOtherNodes others = new FakeOtherNodes();
    final WebSocketManagerFactory factory;
    final UserLog log;
    final UserGroups groups;
    volatile GroupLimits groupLimits = GroupLimits.DEFAULTS;
    volatile ErrorMode errors = ErrorMode.TRANSPORT;
    final Publisher publisher;
    final NodeInfo info;
    final Presence presence;
    final UserConnections connections;
    final LiveMessages live;
    final ServerApi api;
    private final DevTokens tokens;
    private final AtomicLong nanos = new AtomicLong(1);

    ApiNode() {
        this(log -> log);
    }

    /** @param database has the log in it */
    ApiNode(TestDatabase database) {
        this(memory ->
                database.open(() -> new Retention(1_000, 1 << 20, Duration.ofMinutes(10), 1 << 26), Clock.systemUTC()));
    }

    /** @param around wraps the log before the API uses it */
    ApiNode(UnaryOperator<UserLog> around) {
        this(around, MemoryUserGroups::new);
    }

    /** @param grouping makes the groups within their limits */
    ApiNode(UnaryOperator<UserLog> around, Function<Supplier<GroupLimits>, UserGroups> grouping) {
        Clock clock = new HandClock();
        ThisNode self = new ThisNode("node-1", "1.0.0", "host:8080", clock.instant());
        TokenSettings settings = TokenSettings.ofSecret("0123456789abcdef0123456789abcdef");
        this.tokens = new DevTokens(settings, clock);
        this.factory =
                new WebSocketManagerFactory(() -> Limits.DEFAULTS, counters, new IsolationGuard(counters), nanos::get);
        this.log = around.apply(
                new MemoryUserLog(() -> new Retention(256, 1 << 20, Duration.ofMinutes(10), 1 << 26), clock, "e1"));
        this.groups = grouping.apply(() -> groupLimits);
        this.publisher = new Publisher(log, factory, new Idempotency(publishes, nanos::get), publishes, nanos::get);
        this.presence = new Presence(self.id(), factory, others);
        this.connections = new UserConnections(self.id(), factory, log, others, clock);
        this.live = new LiveMessages(factory, others);
        this.info = new NodeInfo(self, others, factory, log, publishes, counters, clock, "commit-1");
        this.api = new ServerApi(
                new ApiKeys(KEY + ",the-second-key"),
                new TokenVerifier(settings, clock),
                publisher,
                log,
                factory,
                presence,
                connections,
                live,
                () -> new ApiSettings(MAX_MESSAGE, errors),
                requests,
                info,
                groups,
                clock);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    String token(Set<String> groups, Duration life) {
        return tokens.issue(new UserId("backend"), groups, Optional.empty(), life);
    }

    /** Connects a client and subscribes it to its personal channel. */
    Client client(String user, String session) {
        Client client = unanswered(user, session);
        subscribe(client, Channel.personal(new UserId(user)));
        return client;
    }

    /** Lets a client in whose connect has not been answered yet. */
    Client unanswered(String user, String session) {
        Client client = new Client();
        Connection connection = factory.accept(client).orElseThrow();
        UserContext context = new UserContext(new UserId(user), new SessionId(session), false, START.plusSeconds(3600));
        if (!(factory.open(connection, context) instanceof OpenResult.Opened)) {
            throw new AssertionError("not opened");
        }
        client.of = connection;
        return client;
    }

    void subscribe(Client client, Channel channel) {
        UserContext context = client.connection().context().orElseThrow();
        client.connection().attach(context, channel).ifPresent(code -> {
            throw new AssertionError(code);
        });
        client.connection().goLive(channel, log.top(channel), Frame.of("{}"), log);
        client.connection().drain();
        client.written.clear();
    }

    Answer call(String method, String json) {
        return send(method, json.getBytes(StandardCharsets.UTF_8));
    }

    Answer send(String method, byte[] body) {
        return api.answer(new ApiRequest(
                method,
                Optional.of(KEY),
                Optional.empty(),
                Optional.of("application/json"),
                -1,
                new ByteArrayInputStream(body)));
    }

    /** The answer's body. */
    static String text(Answer answer) {
        return new String(answer.json(), StandardCharsets.UTF_8);
    }

    private final class HandClock extends Clock {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return START.plusNanos(nanos.get());
        }
    }
}
