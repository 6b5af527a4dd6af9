package dev.cordon.config;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.OneTimeTickets;
import dev.cordon.auth.TokenSettings;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.canary.Address;
import dev.cordon.canary.Canary;
import dev.cordon.canary.CanaryReport;
import dev.cordon.cluster.OtherNodes;
import dev.cordon.cluster.Presence;
import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.InnerGateway;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.gateway.SocketSettings;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Admissions;
import dev.cordon.manager.Counters;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.publish.Publisher;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A stack of its own for the canary's users, of the same classes as the users' stack and behind the same endpoint. So
 * the canary does not appear in the users' figures. Its tokens are valid nowhere else: only its own verifier knows its
 * key, which is made at each start and kept in memory.
 */
final class CanaryStack {
    private static final Retention RETENTION = new Retention(16, 1024 * 1024, Duration.ofMinutes(1), 4 * 1024 * 1024);
    private static final Duration TOKEN_LIFE = Duration.ofDays(1);

    final InnerGateway gateway;
    final WebSocketManagerFactory factory;
    final TokenVerifier verifier;
    private final Admissions admissions;
    private final Publisher publisher;
    private final DevTokens tokens;
    private final UserLog log;
    private final Clock clock;
    private final Ticker ticker;

    CanaryStack(Supplier<Limits> limits, Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
        TokenSettings key = TokenSettings.ofSecret(DevTokens.randomSecret());
        Counters counters = new Counters();
        PublishCounters published = new PublishCounters();
        tokens = new DevTokens(key, clock);
        verifier = new TokenVerifier(key, clock);
        log = new MemoryUserLog(() -> RETENTION, clock);
        factory = new WebSocketManagerFactory(limits, counters, new IsolationGuard(counters), ticker);
        admissions = new Admissions(factory, limits, counters, ticker);
        publisher = new Publisher(log, factory, new Idempotency(published, ticker), published, ticker);
        SocketSettings settings = new SocketSettings(Set.of(), 0, 0, 64 * 1024);
        gateway = new InnerGateway(
                new OneTimeTickets(clock),
                new GatewaySockets(new Gateway(
                        factory,
                        admissions,
                        verifier,
                        log,
                        publisher,
                        new Presence("canary", factory, OtherNodes.NONE),
                        limits,
                        () -> settings,
                        new SocketCounters(),
                        clock,
                        ticker,
                        Optional::empty,
                        HookDispatcher.NONE)));
    }

    String token(UserId user) {
        return tokens.issue(user, Set.of(), Optional.empty(), TOKEN_LIFE);
    }

    Canary canary(Supplier<Optional<Address>> address, Duration interval, CanaryReport report) {
        return new Canary(
                publisher, this::token, gateway.tickets()::issue, address, this::upkeep, interval, report, ticker);
    }

    private void upkeep() {
        factory.connections().forEach(connection -> connection.tick(clock.instant()));
        admissions.tick();
        gateway.sockets().sweepUpgrades();
    }
}
