package dev.cordon.gateway;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenSettings;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.cluster.FakeOtherNodes;
import dev.cordon.cluster.Presence;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.log.HandClock;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.manager.Admissions;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Counters;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.LimitPolicy;
import dev.cordon.manager.Limits;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.publish.PublishReceipt;
import dev.cordon.publish.Publisher;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** A node without its container: real parts, time by hand, sockets by {@link FakeTransport}. */
public final class TestNode {
    public static final String SECRET = "a-secret-of-at-least-thirty-two-bytes!";

    public final HandClock clock = new HandClock();
    public final AtomicLong nanos = new AtomicLong(1_000_000_000);
    public final Counters counters = new Counters();
    public final SocketCounters rejected = new SocketCounters();
    public final WebSocketManagerFactory factory;
    public final Admissions admissions;
    public final TestLog log;
    public final Publisher publisher;
    public final FakeOtherNodes others = new FakeOtherNodes();
    public final Gateway gateway;
    private final DevTokens tokens = new DevTokens(TokenSettings.ofSecret(SECRET), clock);
    private volatile Limits limits = Limits.DEFAULTS;
    private volatile SocketSettings settings = new SocketSettings(Set.of(), 100, 120, 64 * 1024);
    private volatile Retention retention = retention(256);
    private volatile Optional<String> shownNode = Optional.empty();
    private volatile boolean unreadable;

    public TestNode() {
        this(Optional.empty());
    }

    /** @param keys where more keys are fetched from, when a token asks for them */
    public TestNode(Optional<URI> keys) {
        this(keys, HookDispatcher.NONE);
    }

    /** @param hooks of the application */
    public TestNode(HookDispatcher hooks) {
        this(Optional.empty(), hooks);
    }

    private TestNode(Optional<URI> keys, HookDispatcher hooks) {
        log = new TestLog(new MemoryUserLog(() -> retention, clock, "e1"));
        factory = new WebSocketManagerFactory(() -> limits, counters, new IsolationGuard(counters), nanos::get);
        admissions = new Admissions(factory, () -> limits, counters, nanos::get);
        PublishCounters published = new PublishCounters();
        publisher = new Publisher(log, factory, new Idempotency(published, nanos::get), published, nanos::get);
        gateway = new Gateway(
                factory,
                admissions,
                new TokenVerifier(
                        new TokenSettings(
                                Optional.of(SECRET),
                                Optional.empty(),
                                keys,
                                Optional.empty(),
                                Optional.empty(),
                                TokenSettings.DEFAULT_LEEWAY),
                        clock),
                log,
                publisher,
                new Presence("here", factory, others),
                () -> limits,
                this::readSettings,
                rejected,
                clock,
                nanos::get,
                () -> shownNode,
                hooks);
    }

    private SocketSettings readSettings() {
        if (unreadable) {
            throw new IllegalStateException("the settings cannot be read");
        }
        return settings;
    }

    /** From now on whoever asks for the settings of sockets fails. */
    public void loseSettings() {
        unreadable = true;
    }

    /** Tells clients the name of this node, as a cluster in development mode does. */
    public void showNode(String name) {
        shownNode = Optional.of(name);
    }

    public void managersPerUser(int max, LimitPolicy policy) {
        Limits l = limits;
        limits = new Limits(
                max,
                l.maxConnectionsPerManager(),
                l.maxConnections(),
                l.maxSubscriptions(),
                policy,
                l.connectionTimeout(),
                l.connectDeadline(),
                l.pingInterval(),
                l.pongTimeout(),
                l.probeTimeout(),
                l.writeTimeout(),
                l.queueMaxMessages(),
                l.queueMaxBytes(),
                l.queueTotalMaxBytes());
    }

    public void connections(int max) {
        Limits l = limits;
        limits = new Limits(
                l.maxManagersPerUser(),
                l.maxConnectionsPerManager(),
                max,
                l.maxSubscriptions(),
                l.limitPolicy(),
                l.connectionTimeout(),
                l.connectDeadline(),
                l.pingInterval(),
                l.pongTimeout(),
                l.probeTimeout(),
                l.writeTimeout(),
                l.queueMaxMessages(),
                l.queueMaxBytes(),
                l.queueTotalMaxBytes());
    }

    public void connectsPerMinute(int perUser) {
        settings = new SocketSettings(Set.of(), 100, perUser, 64 * 1024);
    }

    public void historySize(int publications) {
        retention = retention(publications);
    }

    private static Retention retention(int publications) {
        return new Retention(publications, 1024 * 1024, Duration.ofMinutes(10), 1024 * 1024);
    }

    /** A socket that has opened, and its client. */
    public TestClient socket() {
        return socket(Runnable::run);
    }

    /** @param patient carries out what may wait */
    public TestClient socket(Executor patient) {
        return socket(patient, Map.of());
    }

    /** @param headers of the handshake, as hooks see them */
    public TestClient socket(Executor patient, Map<String, String> headers) {
        FakeTransport wire = new FakeTransport();
        Connection connection = factory.accept(wire).orElseThrow();
        return new TestClient(
                wire, connection, new CommandHandler(connection, gateway, patient, headers, Optional.empty()));
    }

    /** A client that has connected with a fresh token. */
    public TestClient connected(String user, String... groups) {
        TestClient client = socket();
        client.connect(token(user, Duration.ofHours(1), groups));
        client.received();
        return client;
    }

    public String token(String user, Duration life, String... groups) {
        return tokens.issue(new UserId(user), Set.of(groups), Optional.empty(), life);
    }

    public String tokenOfSession(String user, String session) {
        return tokens.issue(new UserId(user), Set.of(), Optional.of(new SessionId(session)), Duration.ofHours(1));
    }

    public PublishReceipt publish(String channel, String json) {
        try (WriteBatch writes = new WriteBatch()) {
            return publisher.publish(Channel.parse(channel), Payload.json(json), Optional.empty(), writes);
        }
    }

    /** Time passes on all clocks, then the shared tick runs. */
    public void pass(Duration span) {
        clock.advance(span);
        nanos.addAndGet(span.toNanos());
        tick();
    }

    public void tick() {
        factory.connections().forEach(connection -> connection.tick(clock.instant()));
        admissions.tick();
    }
}
