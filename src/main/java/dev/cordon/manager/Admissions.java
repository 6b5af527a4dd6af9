package dev.cordon.manager;

import dev.cordon.protocol.Disconnect;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The admission of connections within the limits. At a limit, a ping probes the connections that fill it. Those without
 * a sign of life within {@link Limits#probeTimeout()} are dead and make room. Then {@link LimitPolicy} decides. A
 * connection that waits for the reply to its connect command {@linkplain Connection#pingable is not pingable} and is
 * not probed: it was heard just now.
 *
 * <p>Thread-safe. No thread waits: the shared tick answers the connections that wait for a probe.
 */
public final class Admissions {
    private static final System.Logger LOG = System.getLogger(Admissions.class.getName());

    private final WebSocketManagerFactory factory;
    private final Supplier<Limits> limits;
    private final Counters counters;
    private final Ticker ticker;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    public Admissions(WebSocketManagerFactory factory, Supplier<Limits> limits, Counters counters, Ticker ticker) {
        this.factory = factory;
        this.limits = limits;
        this.counters = counters;
        this.ticker = ticker;
    }

    /** @param probed the connections that fill the limit, asked for a sign of life at {@code since} */
    private record Waiting(
            Connection connection,
            UserContext context,
            List<Connection> probed,
            long since,
            Consumer<OpenResult> then) {}

    /** Opens now, or after a probe. {@code then} gets the result once, on this thread or later on the tick's. */
    public void admit(Connection connection, UserContext context, Consumer<OpenResult> then) {
        OpenResult result = factory.open(connection, context);
        if (result instanceof OpenResult.LimitReached reached) {
            counters.limitHits.increment();
            connection.waitForAdmission(true);
            List<Connection> probed = filling(context, reached.limit()).stream()
                    .filter(Connection::pingable)
                    .toList();
            Waiting entry = new Waiting(connection, context, probed, ticker.nanos(), then);
            probed.stream().filter(c -> !c.liveness().silentSincePing()).forEach(Connection::ping);
            counters.probes.add(probed.size());
            waiting.add(entry);
        } else {
            then.accept(result);
        }
    }

    /** Answers the connections whose probe is over: all probed connections have answered, or the time is up. */
    public void tick() {
        long probeNanos = limits.get().probeTimeout().toNanos();
        waiting.removeIf(entry -> {
            boolean due = ticker.nanos() - entry.since() > probeNanos
                    || entry.probed().stream().noneMatch(c -> silent(c, entry));
            if (due) {
                answer(entry);
            }
            return due;
        });
    }

    /** Answers one connection. On an exception it ends and its client reconnects, so that the others need not wait. */
    private void answer(Waiting entry) {
        entry.connection().waitForAdmission(false);
        try {
            decide(entry);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A connection could not be admitted", e);
            entry.connection().close(Disconnect.FORCE_RECONNECT);
        }
    }

    /** Number of connections that wait for the end of a probe. */
    public int waiting() {
        return waiting.size();
    }

    private void decide(Waiting entry) {
        if (entry.connection().state() != Connection.State.OPENING) {
            // The connection has ended, so no other must make room for it.
            entry.then().accept(new OpenResult.Gone());
            return;
        }
        for (Connection connection : entry.probed()) {
            if (silent(connection, entry)) {
                counters.provenDead.increment();
                connection.close(Disconnect.NO_PONG);
            }
        }
        OpenResult result = factory.open(entry.connection(), entry.context());
        if (result instanceof OpenResult.LimitReached reached
                && limits.get().limitPolicy() == LimitPolicy.EVICT_OLDEST) {
            evictOldest(entry.context(), reached.limit());
            result = factory.open(entry.connection(), entry.context());
        }
        entry.then().accept(result);
    }

    private void evictOldest(UserContext context, OpenResult.Limit limit) {
        List<Connection> oldest = switch (limit) {
            case MANAGERS_PER_USER ->
                factory.managersOf(context.user()).stream()
                        .findFirst()
                        .map(WebSocketManager::connections)
                        .orElse(List.of());
            case CONNECTIONS_PER_MANAGER ->
                factory.find(context.key()).stream()
                        .flatMap(manager -> manager.oldest().stream())
                        .toList();
        };
        oldest.forEach(connection -> {
            counters.evicted.increment();
            connection.close(Disconnect.CONNECTION_LIMIT);
        });
    }

    private List<Connection> filling(UserContext context, OpenResult.Limit limit) {
        return switch (limit) {
            case MANAGERS_PER_USER ->
                factory.managersOf(context.user()).stream()
                        .flatMap(manager -> manager.connections().stream())
                        .toList();
            case CONNECTIONS_PER_MANAGER ->
                factory.find(context.key()).map(WebSocketManager::connections).orElse(List.of());
        };
    }

    private static boolean silent(Connection connection, Waiting entry) {
        return connection.state() != Connection.State.CLOSED
                && connection.liveness().silentSince(entry.since());
    }
}
