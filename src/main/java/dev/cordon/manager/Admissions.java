package dev.cordon.manager;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The admission of connections within the limits. On a node that shares its {@link Slots}, the session's slot comes
 * first. At a limit, a ping probes the connections that fill it, on every node. Those without a sign of life within
 * {@link Limits#probeTimeout()} are dead and make room. Then {@link LimitPolicy} decides. A connection that waits for
 * the reply to its connect command {@linkplain Connection#pingable is not pingable} and is not probed: it was heard just
 * now.
 *
 * <p>Thread-safe. No thread waits: the shared tick answers the connections that wait for a probe, and the slots' thread
 * those that wait for a slot.
 */
public final class Admissions {
    /** Time beyond the probe in which other nodes end their silent connections: their tick and the way back. */
    static final Duration ELSEWHERE = Duration.ofMillis(750);

    /** Time in which another node ends a session that makes room. */
    static final Duration EVICTION = Duration.ofMillis(250);

    /** Most evictions for one connection. The browser SDK waits five seconds for the reply to its connect. */
    static final int MAX_EVICTIONS = 2;

    private static final System.Logger LOG = System.getLogger(Admissions.class.getName());
    private static final SlotClaim.Denied HERE = new SlotClaim.Denied(Optional.empty(), false, false);

    private final WebSocketManagerFactory factory;
    private final Supplier<Limits> limits;
    private final Counters counters;
    private final Ticker ticker;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final Queue<Probe> probesOfOthers = new ConcurrentLinkedQueue<>();

    public Admissions(WebSocketManagerFactory factory, Supplier<Limits> limits, Counters counters, Ticker ticker) {
        this.factory = factory;
        this.limits = limits;
        this.counters = counters;
        this.ticker = ticker;
    }

    /**
     * A connection on its way in.
     *
     * @param probed whether the probe is over
     * @param evictions number of evictions for it
     * @param evicted the session of the cluster that was evicted last
     */
    private record Admission(
            Connection connection,
            UserContext context,
            Consumer<OpenResult> then,
            boolean probed,
            int evictions,
            Optional<SessionId> evicted) {
        Admission(Connection connection, UserContext context, Consumer<OpenResult> then) {
            this(connection, context, then, false, 0, Optional.empty());
        }

        Admission afterProbe() {
            return new Admission(connection, context, then, true, evictions, evicted);
        }

        /** @param of the session of the cluster; empty when this node has chosen */
        Admission afterEviction(Optional<SessionId> of) {
            return new Admission(connection, context, then, true, evictions + 1, of);
        }
    }

    /** @param connections asked for a sign of life at {@code since} */
    private record Probe(List<Connection> connections, long since) {
        boolean answered() {
            return connections.stream().noneMatch(this::silent);
        }

        boolean silent(Connection connection) {
            return connection.state() != Connection.State.CLOSED
                    && connection.liveness().silentSince(since);
        }
    }

    /**
     * @param patience longest wait, in nanoseconds
     * @param early whether the wait ends when all have answered
     */
    private record Waiting(Admission admission, Probe probe, long patience, boolean early) {}

    /** Opens now, or later. {@code then} gets the result once, on this thread or on the tick's or the slots'. */
    public void admit(Connection connection, UserContext context, Consumer<OpenResult> then) {
        Slots slots = factory.slots();
        if (slots != Slots.ALONE) {
            connection.waitForAdmission(true);
            claim(new Admission(connection, context, then), slots);
            return;
        }
        OpenResult result = factory.open(connection, context);
        if (result instanceof OpenResult.LimitReached reached) {
            probe(new Admission(connection, context, then), reached.limit(), HERE);
        } else {
            then.accept(result);
        }
    }

    private void claim(Admission admission, Slots slots) {
        slots.claim(
                admission.context().key(),
                admission.connection().id(),
                claim -> guarded(admission, () -> claimed(admission, slots, claim)));
    }

    private void claimed(Admission admission, Slots slots, SlotClaim claim) {
        if (claim instanceof SlotClaim.Granted) {
            OpenResult result = open(admission, slots);
            if (result instanceof OpenResult.LimitReached reached) {
                limited(admission, reached.limit(), HERE);
            } else {
                answer(admission, result);
            }
        } else if (claim instanceof SlotClaim.Denied denied) {
            limited(admission, OpenResult.Limit.MANAGERS_PER_USER, denied);
        } else {
            answer(admission, new OpenResult.Unavailable());
        }
    }

    /** Opens the connection, for which a slot was granted, and gives the slot back when the connection has no place. */
    private OpenResult open(Admission admission, Slots slots) {
        Connection connection = admission.connection();
        ManagerKey key = admission.context().key();
        boolean opened = false;
        try {
            OpenResult result = factory.open(connection, admission.context());
            opened = result instanceof OpenResult.Opened;
            if (opened && !slots.holds(key, connection.id())) {
                // Lost before the connection was in its manager, where endSession would have found it.
                connection.close(Disconnect.FORCE_RECONNECT);
            }
            return result;
        } finally {
            if (!opened) {
                slots.release(key, connection.id());
            }
        }
    }

    private void limited(Admission admission, OpenResult.Limit limit, SlotClaim.Denied denied) {
        if (!admission.probed()) {
            probe(admission, limit, denied);
        } else if (denied.unsure()) {
            // A node that may be dead holds a slot. To reject for good would be wrong if it is.
            answer(admission, new OpenResult.Unavailable());
        } else if (limits.get().limitPolicy() == LimitPolicy.EVICT_OLDEST) {
            evict(admission, limit, denied);
        } else if (admission.evictions() == 0 && endedListener(admission.context(), limit)) {
            enter(admission.afterEviction(Optional.empty()));
        } else {
            answer(admission, new OpenResult.LimitReached(limit));
        }
    }

    /**
     * Ends the oldest connection on this node that only listens, or the oldest session that has no others: no probe can
     * show whether its peer is still there. Returns false if there is none.
     */
    private boolean endedListener(UserContext context, OpenResult.Limit limit) {
        List<Connection> oldest = switch (limit) {
            case MANAGERS_PER_USER ->
                factory.managersOf(context.user()).stream()
                        .map(WebSocketManager::connections)
                        .filter(of -> !of.isEmpty() && of.stream().allMatch(Connection::listensOnly))
                        .findFirst()
                        .orElse(List.of());
            case CONNECTIONS_PER_MANAGER ->
                filling(context, limit).stream()
                        .filter(Connection::listensOnly)
                        .limit(1)
                        .toList();
        };
        evicted(oldest);
        return !oldest.isEmpty();
    }

    private void probe(Admission admission, OpenResult.Limit limit, SlotClaim.Denied denied) {
        counters.limitHits.increment();
        admission.connection().waitForAdmission(true);
        UserContext context = admission.context();
        Probe probe = probe(filling(context, limit));
        if (limit == OpenResult.Limit.MANAGERS_PER_USER) {
            factory.slots().probe(context.user());
        }
        waiting.add(new Waiting(admission.afterProbe(), probe, patience(denied), !denied.elsewhere()));
    }

    /** A node that has died before is overdue when the wait is over, so that nobody is rejected for good because of it. */
    private long patience(SlotClaim.Denied denied) {
        long here = limits.get().probeTimeout().toNanos();
        return denied.elsewhere() ? Math.max(here + ELSEWHERE.toNanos(), Slots.OVERDUE.toNanos()) : here;
    }

    private Probe probe(List<Connection> connections) {
        List<Connection> probed = connections.stream()
                .filter(connection -> connection.pingable() && !connection.listensOnly())
                .toList();
        Probe probe = new Probe(probed, ticker.nanos());
        probed.stream().filter(c -> !c.liveness().silentSincePing()).forEach(Connection::ping);
        counters.probes.add(probed.size());
        return probe;
    }

    /** Probes the user's connections on this node, because another node has no slot left. Does not wait. */
    public void probe(UserId user) {
        List<Connection> connections = ofUser(user);
        if (!connections.isEmpty()) {
            probesOfOthers.add(probe(connections));
        }
    }

    /** Answers the connections whose probe is over: all probed connections have answered, or the time is up. */
    public void tick() {
        long probeNanos = limits.get().probeTimeout().toNanos();
        probesOfOthers.removeIf(probe -> {
            boolean late = ticker.nanos() - probe.since() > probeNanos;
            if (late) {
                endSilent(probe);
            }
            return late || probe.answered();
        });
        waiting.removeIf(entry -> {
            boolean due = ticker.nanos() - entry.probe().since() > entry.patience()
                    || (entry.early() && entry.probe().answered());
            if (due) {
                guarded(entry.admission(), () -> decide(entry));
            }
            return due;
        });
    }

    /** On an exception or an error the connection ends and its client reconnects, so that the others need not wait. */
    private static void guarded(Admission admission, Runnable step) {
        try {
            step.run();
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "A connection could not be admitted", e);
            admission.connection().close(Disconnect.FORCE_RECONNECT);
        }
    }

    /** Number of connections that wait for the end of a probe. */
    public int waiting() {
        return waiting.size();
    }

    /** Whether a connection waits for the end of a probe. */
    boolean waits(Connection connection) {
        return waiting.stream().anyMatch(entry -> entry.admission().connection() == connection);
    }

    private void decide(Waiting entry) {
        Admission admission = entry.admission();
        if (admission.connection().state() != Connection.State.OPENING) {
            // The connection has ended, so no other must make room for it.
            answer(admission, new OpenResult.Gone());
            return;
        }
        endSilent(entry.probe());
        enter(admission);
    }

    private void enter(Admission admission) {
        Slots slots = factory.slots();
        if (slots != Slots.ALONE) {
            claim(admission, slots);
            return;
        }
        OpenResult result = factory.open(admission.connection(), admission.context());
        if (result instanceof OpenResult.LimitReached reached) {
            limited(admission, reached.limit(), HERE);
        } else {
            answer(admission, result);
        }
    }

    private void endSilent(Probe probe) {
        for (Connection connection : probe.connections()) {
            if (probe.silent(connection)) {
                counters.provenDead.increment();
                connection.close(Disconnect.NO_PONG);
            }
        }
    }

    private static void answer(Admission admission, OpenResult result) {
        admission.connection().waitForAdmission(false);
        admission.then().accept(result);
    }

    /** Ends the oldest session or connection, and tries again: at once, or when another node may have ended it. */
    private void evict(Admission admission, OpenResult.Limit limit, SlotClaim.Denied denied) {
        if (factory.slots() == Slots.ALONE && admission.evictions() > 0) {
            // One session makes room for one connection. Another connection has taken that room.
            answer(admission, new OpenResult.LimitReached(limit));
            return;
        }
        if (admission.evictions() == MAX_EVICTIONS) {
            answer(admission, new OpenResult.Unavailable());
            return;
        }
        Optional<SessionId> oldest = denied.oldest();
        if (oldest.isEmpty()) {
            evictOldestHere(admission.context(), limit);
        } else if (!oldest.equals(admission.evicted())) {
            evict(new ManagerKey(admission.context().user(), oldest.get()), denied.elsewhere());
        }
        Admission next = admission.afterEviction(oldest);
        if (denied.elsewhere()) {
            Probe nobody = new Probe(List.of(), ticker.nanos());
            waiting.add(new Waiting(next, nobody, EVICTION.toNanos(), false));
        } else {
            enter(next);
        }
    }

    private void evict(ManagerKey key, boolean elsewhere) {
        evicted(factory.find(key).map(WebSocketManager::connections).orElse(List.of()));
        if (elsewhere) {
            factory.slots().evict(key);
        }
    }

    private void evictOldestHere(UserContext context, OpenResult.Limit limit) {
        evicted(
                switch (limit) {
                    case MANAGERS_PER_USER ->
                        factory.managersOf(context.user()).stream()
                                .findFirst()
                                .map(WebSocketManager::connections)
                                .orElse(List.of());
                    case CONNECTIONS_PER_MANAGER ->
                        factory.find(context.key()).stream()
                                .flatMap(manager -> manager.oldest().stream())
                                .toList();
                });
    }

    private void evicted(List<Connection> connections) {
        connections.forEach(connection -> {
            counters.evicted.increment();
            connection.close(Disconnect.CONNECTION_LIMIT);
        });
    }

    private List<Connection> filling(UserContext context, OpenResult.Limit limit) {
        return switch (limit) {
            case MANAGERS_PER_USER -> ofUser(context.user());
            case CONNECTIONS_PER_MANAGER ->
                factory.find(context.key()).map(WebSocketManager::connections).orElse(List.of());
        };
    }

    private List<Connection> ofUser(UserId user) {
        return factory.managersOf(user).stream()
                .flatMap(manager -> manager.connections().stream())
                .toList();
    }
}
