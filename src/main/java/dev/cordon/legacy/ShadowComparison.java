package dev.cordon.legacy;

import dev.cordon.legacy.Divergence.By;
import dev.cordon.legacy.Divergence.Cause;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of two managers on the same calls. The first serves the clients. The second gets a shadow of each
 * connection, whose transport discards everything. What each of them writes is compared with what was sent to the
 * user, and each {@link Divergence} is counted, logged once and listed.
 *
 * <p>Thread-safe. It has no thread: {@link #settle} finds what is lost, and each sending and {@link #result} may call
 * it. Memory: 4,096 messages by their digests, and for each connection what {@link ComparedStream} remembers.
 */
public final class ShadowComparison implements LegacyManager {
    private static final System.Logger LOG = System.getLogger(ShadowComparison.class.getName());
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private final LegacyManager served;
    private final LegacyManager shadow;
    private final Function<Frame, List<String>> payloads;
    private final Ticker ticker;
    private final Divergences divergences;
    private final RecentSends recent = new RecentSends();
    private final ConcurrentHashMap<UserId, Compared> users = new ConcurrentHashMap<>();
    private final Map<ConnectionId, ComparedConnection> connections = new ConcurrentHashMap<>();
    private final Set<ConnectionId> twins = ConcurrentHashMap.newKeySet();
    private final LongAdder compared = new LongAdder();
    private final LongAdder endedMessages = new LongAdder();
    private final AtomicLong settledAt;

    /** The connections and sendings of one user. Changed only in that user's atomic step of {@link #users}. */
    private static final class Compared {
        final List<ComparedConnection> connections = new ArrayList<>();
        final List<Sent> underWay = new ArrayList<>();
        long steps;

        @Nullable
        Compared unlessEmpty() {
            return connections.isEmpty() && underWay.isEmpty() ? null : this;
        }
    }

    /**
     * The result of a comparison.
     *
     * @param connections number of compared connections, those that ended included
     * @param messages that the serving manager wrote to them
     * @param causes number of divergences by cause; a cause that was not seen is missing
     * @param divergences some of them, at most 100, in the order in which they were first seen
     * @param unlisted divergences that found no place among those
     */
    public record Result(
            long connections, long messages, Map<Cause, Long> causes, List<Divergence> divergences, long unlisted) {
        public Result {
            Map<Cause, Long> copy = new EnumMap<>(Cause.class);
            copy.putAll(causes);
            causes = java.util.Collections.unmodifiableMap(copy);
            divergences = List.copyOf(divergences);
        }

        /** Whether both managers sent what they were to send. */
        public boolean equal() {
            return causes.isEmpty();
        }

        /** Number of divergences with a cause. */
        public long count(Cause cause) {
            return causes.getOrDefault(cause, 0L);
        }
    }

    /** Compares two managers that write pushes. */
    public ShadowComparison(LegacyManager served, LegacyManager shadow, Clock clock, Ticker ticker) {
        this(served, shadow, Pushes::payloads, new LongAdder(), clock, ticker);
    }

    /**
     * @param payloads reads the payloads out of a frame of the serving manager
     * @param counter counts the divergences
     */
    ShadowComparison(
            LegacyManager served,
            LegacyManager shadow,
            Function<Frame, List<String>> payloads,
            LongAdder counter,
            Clock clock,
            Ticker ticker) {
        this.served = served;
        this.shadow = shadow;
        this.payloads = payloads;
        this.ticker = ticker;
        this.divergences = new Divergences(clock, counter);
        this.settledAt = new AtomicLong(ticker.nanos());
    }

    @Override
    public Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport) {
        ComparedConnection pair = new ComparedConnection(user, stream(user, By.SERVED), stream(user, By.SHADOW));
        add(pair);
        boolean opened = false;
        try {
            Optional<ConnectionId> handle = served.connect(
                    user,
                    session,
                    new RecordingTransport(
                            transport, payloads, text -> received(pair, pair.served, text), () -> finish(pair)));
            opened = handle.isPresent() && shadow(pair, session, handle.get());
            return handle;
        } finally {
            if (!opened || pair.ended()) {
                finish(pair);
            }
        }
    }

    /** Opens the shadow of a connection. Returns whether there is one. */
    private boolean shadow(ComparedConnection pair, SessionId session, ConnectionId handle) {
        Optional<ConnectionId> twin = twin(
                pair,
                session,
                new RecordingTransport(
                        new Nowhere(pair),
                        Pushes::payloads,
                        text -> received(pair, pair.shadow, text),
                        () -> finish(pair)));
        if (twin.isEmpty()) {
            divergences.add(pair.user, By.SHADOW, Cause.REFUSED, Optional.empty());
            return false;
        }
        twins.add(twin.get());
        pair.opened(handle, twin.get());
        connections.put(handle, pair);
        compared.increment();
        return true;
    }

    /** Connects the shadow. An error of it does not reach the client. */
    private Optional<ConnectionId> twin(ComparedConnection pair, SessionId session, Transport transport) {
        try {
            return shadow.connect(pair.user, session, transport);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "The shadow of a connection could not be opened", e);
            return Optional.empty();
        }
    }

    private ComparedStream stream(UserId user, By by) {
        return new ComparedStream(
                user, recent, by == By.SERVED, (cause, from) -> divergences.add(user, by, cause, from));
    }

    /** What comes after the comparison has ended, or without a shadow, is not judged. */
    private void received(ComparedConnection pair, ComparedStream by, String payload) {
        if (!pair.ended()) {
            by.received(payload, ticker.nanos());
        }
    }

    private void add(ComparedConnection pair) {
        users.compute(pair.user, (user, known) -> {
            Compared of = known == null ? new Compared() : known;
            of.underWay.forEach(pair::expect);
            of.connections.add(pair);
            return of;
        });
    }

    @Override
    public int send(UserId user, Payload payload) {
        Sent sent = begin(user, payload);
        try {
            int count = served.send(user, payload);
            shadow.send(user, payload);
            return count;
        } finally {
            end(user, sent);
        }
    }

    /** Notes that a message is being sent to a user: whatever sends it through both managers. {@link #end} must follow. */
    Sent begin(UserId user, Payload payload) {
        settleSometimes();
        long digest = Sent.digest(payload.text());
        recent.add(digest, user);
        Sent[] sent = new Sent[1];
        users.compute(user, (of, known) -> {
            Compared compared = known == null ? new Compared() : known;
            sent[0] = new Sent(digest, ticker.nanos(), ++compared.steps);
            compared.underWay.add(sent[0]);
            compared.connections.forEach(each -> each.expect(sent[0]));
            return compared;
        });
        return sent[0];
    }

    void end(UserId user, Sent sent) {
        users.computeIfPresent(user, (of, known) -> {
            known.underWay.remove(sent);
            sent.ended = ++known.steps;
            return known.unlessEmpty();
        });
    }

    @Override
    public boolean send(ConnectionId handle, Payload payload) {
        ComparedConnection pair = connections.get(handle);
        if (pair == null) {
            return served.send(handle, payload);
        }
        long digest = Sent.digest(payload.text());
        recent.add(digest, pair.user);
        Sent[] sent = new Sent[1];
        users.computeIfPresent(pair.user, (of, known) -> {
            sent[0] = new Sent(digest, ticker.nanos(), ++known.steps);
            pair.expect(sent[0]);
            return known;
        });
        try {
            boolean done = served.send(handle, payload);
            pair.twin().ifPresent(twin -> shadow.send(twin, payload));
            return done;
        } finally {
            if (sent[0] != null) {
                end(pair.user, sent[0]);
            }
        }
    }

    @Override
    public void disconnect(ConnectionId handle) {
        ComparedConnection pair = connections.get(handle);
        if (pair == null) {
            served.disconnect(handle);
            return;
        }
        pair.closing();
        try {
            served.disconnect(handle);
        } finally {
            finish(pair);
        }
    }

    /** Ends the comparison of a connection, whoever ended the connection. Once it has ended, does nothing. */
    private void finish(ComparedConnection pair) {
        pair.end();
        users.computeIfPresent(pair.user, (user, known) -> {
            known.connections.remove(pair);
            return known.unlessEmpty();
        });
        pair.handle().ifPresent(handle -> {
            if (connections.remove(handle) != null) {
                pair.twin().ifPresent(twin -> {
                    shadow.disconnect(twin);
                    twins.remove(twin);
                });
                long now = ticker.nanos();
                pair.served.end(now);
                pair.shadow.end(now);
                endedMessages.add(pair.served.messages());
            }
        });
    }

    @Override
    public void heard(ConnectionId handle) {
        served.heard(handle);
    }

    @Override
    public void releaseAll() {
        served.releaseAll();
        List.copyOf(connections.keySet()).forEach(this::disconnect);
    }

    @Override
    public int connections() {
        return served.connections();
    }

    /** Whether any connection is being compared. */
    boolean active() {
        return !connections.isEmpty();
    }

    /** Whether a connection of the second manager is a shadow. */
    boolean shadows(ConnectionId connection) {
        return twins.contains(connection);
    }

    /** Finds the messages that are lost by now. Call it at least every few seconds while connections are compared. */
    void settle() {
        long now = ticker.nanos();
        settledAt.set(now);
        for (ComparedConnection each : connections.values()) {
            each.served.settle(now);
            each.shadow.settle(now);
        }
    }

    private void settleSometimes() {
        long before = settledAt.get();
        if (ticker.nanos() - before >= SETTLED.toNanos() && settledAt.compareAndSet(before, ticker.nanos())) {
            settle();
        }
    }

    /** The result for ended connections and for open ones as they are now. */
    public Result result() {
        settle();
        long messages = endedMessages.sum();
        for (ComparedConnection each : connections.values()) {
            messages += each.served.messages();
        }
        return new Result(compared.sum(), messages, divergences.causes(), divergences.all(), divergences.unlisted());
    }

    /** A transport that discards everything. A ping of the server is a sign of life at once. */
    private final class Nowhere implements Transport {
        private final ComparedConnection pair;

        Nowhere(ComparedConnection pair) {
            this.pair = pair;
        }

        @Override
        public void write(Frame frame, Completion completion) {
            if (Pushes.payloads(frame).isEmpty()) {
                pair.twin().ifPresent(shadow::heard);
            }
            completion.written();
        }

        @Override
        public void close(Disconnect disconnect) {}

        @Override
        public String remoteAddress() {
            return "shadow";
        }
    }
}
