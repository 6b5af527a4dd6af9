package dev.cordon.manager;

import dev.cordon.log.Backlog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of a session: who it acts for, what it is subscribed to, and what waits for it.
 *
 * <p>One state machine: opening (no token yet) → connected → draining (what waits is written, nothing is added) → closed. It ends
 * with exactly one {@link Disconnect}, whatever the cause, and then leaves its manager through the transport that the
 * factory gave it. Thread-safe. Its lock guards subscriptions and the order of what is offered; nothing is written, read from
 * the log or called back under it. Longer than other classes because the states and what they allow belong together.
 */
public final class Connection {
    /** Where in its life a connection is; only ever moves down. */
    public enum State {
        OPENING,
        CONNECTED,
        DRAINING,
        CLOSED
    }

    private static final VarHandle STATE = Handles.field(MethodHandles.lookup(), "state", State.class);
    private static final VarHandle ENDING = Handles.field(MethodHandles.lookup(), "ending", Disconnect.class);

    private final ConnectionId id = ConnectionId.random();
    private final Transport transport;
    private final Supplier<Limits> limits;
    private final Counters counters;
    private final IsolationGuard guard;
    private final OutboundQueue queue;
    private final Liveness liveness;
    private final Subscriptions subscriptions = new Subscriptions();
    private volatile State state = State.OPENING;
    private volatile @Nullable Disconnect ending;
    private volatile @Nullable UserContext context;
    /** The context's, which a refresh never changes: at hand for what is done for each message. */
    private volatile @Nullable UserId user;

    private volatile boolean waitsForAdmission;
    /** The reply to its connect command stands in the queue: what is sent from now on comes behind it. */
    private volatile boolean welcomed;
    /** Some subscription may have missed something that the log could not be asked for. */
    private volatile boolean behind;

    private volatile int waitedAtEnd;

    /**
     * @param wire what it writes to
     * @param leaving the same wire, which takes the connection out of its manager before it closes
     */
    Connection(
            Transport wire,
            Transport leaving,
            Supplier<Limits> limits,
            Counters counters,
            IsolationGuard guard,
            Ticker ticker) {
        this.transport = leaving;
        this.limits = limits;
        this.counters = counters;
        this.guard = guard;
        this.queue = new OutboundQueue(wire, counters, ticker, this::transportFailed, this::written);
        this.liveness = new Liveness(ticker);
    }

    public ConnectionId id() {
        return id;
    }

    public State state() {
        return state;
    }

    /** Who it acts for; empty until the connect command was accepted. */
    public Optional<UserContext> context() {
        return Optional.ofNullable(context);
    }

    public String remoteAddress() {
        return transport.remoteAddress();
    }

    /** Why it ended or is about to; empty while it lives. */
    public Optional<Disconnect> ending() {
        return Optional.ofNullable(ending);
    }

    public Liveness liveness() {
        return liveness;
    }

    /** Opening → connected, once. False when it is in any other state, or was given a context before: that one stays. */
    boolean connected(UserContext to) {
        synchronized (subscriptions) {
            if (context != null) {
                return false;
            }
            context = to;
            user = to.user();
        }
        return STATE.compareAndSet(this, State.OPENING, State.CONNECTED);
    }

    /**
     * Takes a fresh token's context.
     *
     * @return false when it names another user: the connection is unchanged
     */
    public boolean refresh(UserContext fresh) {
        UserContext present = context;
        if (present == null || !present.user().equals(fresh.user())) {
            return false;
        }
        context = new UserContext(
                present.user(), present.session(), fresh.publisher(), fresh.operator(), fresh.expires());
        return true;
    }

    /**
     * Attaches to a channel, before its backlog is read: from now on nothing published to it can be missed.
     *
     * @return why not: not the owner (102, the same whether the channel exists or not), already subscribed, or over the limit
     */
    public Optional<ErrorCode> attach(UserContext as, Channel channel) {
        if (!channel.owner().equals(as.user())) {
            return Optional.of(ErrorCode.UNKNOWN_CHANNEL);
        }
        int most = limits.get().maxSubscriptions();
        synchronized (subscriptions) {
            if (subscriptions.contains(channel)) {
                return Optional.of(ErrorCode.ALREADY_SUBSCRIBED);
            }
            if (subscriptions.size() >= most) {
                return Optional.of(ErrorCode.LIMIT_EXCEEDED);
            }
            subscriptions.add(channel);
            return Optional.empty();
        }
    }

    /** Leaves a channel. False when it was not subscribed. */
    public boolean detach(Channel channel) {
        synchronized (subscriptions) {
            return subscriptions.remove(channel);
        }
    }

    /** Whether this connection is subscribed to the channel. */
    public boolean subscribed(Channel channel) {
        synchronized (subscriptions) {
            return subscriptions.contains(channel);
        }
    }

    /**
     * Sends the reply that carries the backlog and goes live right behind it; then makes good what was published while the
     * backlog was read.
     *
     * @param from the position that the reply brings the client to
     */
    public void goLive(Channel channel, StreamPosition from, Frame reply, UserLog log) {
        Outcome outcome = offerTwice(() -> answerAndGoLive(channel, from, reply));
        if (outcome == Outcome.FULL) {
            overflowed();
        } else if (outcome == Outcome.BEHIND) {
            // A backlog may fill the queue alone: it leaves before more is put behind it.
            drain();
            catchUp(channel, log);
        }
    }

    private Outcome answerAndGoLive(Channel channel, StreamPosition from, Frame reply) {
        Limits bounds = limits.get();
        synchronized (subscriptions) {
            if (!queue.offer(reply, 0, bounds)) {
                return Outcome.FULL;
            }
            welcomed = true;
            Subscription subscription = subscriptions.get(channel);
            return subscription != null && subscription.goLive(from) ? Outcome.BEHIND : Outcome.SENT;
        }
    }

    /** Sends a reply or a push that is no publication. */
    public void send(Frame frame) {
        if (state == State.DRAINING || state == State.CLOSED) {
            return;
        }
        if (offer(frame) == Outcome.FULL) {
            drain();
            if (offer(frame) == Outcome.FULL) {
                overflowed();
            }
        }
    }

    /** Sends a push that no log keeps, if this connection is subscribed to the channel and its user owns it. */
    public void tell(Channel channel, Frame push) {
        UserId as = user;
        if (as != null && subscribed(channel) && guard.permits(as, channel)) {
            send(push);
        }
    }

    private Outcome offer(Frame frame) {
        Limits bounds = limits.get();
        synchronized (subscriptions) {
            return queue.offer(frame, 0, bounds) ? Outcome.SENT : Outcome.FULL;
        }
    }

    /** A queue that fills within one batch says nothing about the peer: it is written once before it counts as full. */
    private Outcome offerTwice(Supplier<Outcome> offer) {
        Outcome first = offer.get();
        if (first != Outcome.FULL) {
            return first;
        }
        drain();
        return offer.get();
    }

    /** Hands over one publication. True when this connection will get it. */
    boolean deliver(Delivery delivery, WriteBatch writes) {
        UserId as = user;
        Channel channel = delivery.appended().publication().channel();
        if (as == null || !guard.permits(as, channel)) {
            return false;
        }
        if (state != State.CONNECTED) {
            if (subscribed(channel)) {
                counters.dropped(Counters.Drop.CLOSED, 1);
            }
            return false;
        }
        Outcome outcome = offerInOrder(delivery, channel);
        if (outcome == Outcome.FULL) {
            drain();
            outcome = offerInOrder(delivery, channel);
        }
        return switch (outcome) {
            case SENT -> {
                writes.add(this);
                yield state != State.CLOSED;
            }
            case LATER -> true;
            case BEHIND -> {
                catchUpPatiently(channel, delivery.log());
                writes.add(this);
                yield state == State.CONNECTED;
            }
            case FULL -> {
                overflowed();
                yield false;
            }
            case NOT_MINE -> false;
        };
    }

    private enum Outcome {
        SENT,
        LATER,
        BEHIND,
        FULL,
        NOT_MINE
    }

    private Outcome offerInOrder(Delivery delivery, Channel channel) {
        String epoch = delivery.appended().epoch();
        long offset = delivery.appended().publication().offset();
        Limits bounds = limits.get();
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            if (subscription == null) {
                return Outcome.NOT_MINE;
            }
            switch (subscription.judge(epoch, offset)) {
                case LATER -> {
                    return Outcome.LATER;
                }
                case OLD -> {
                    counters.dropped(Counters.Drop.OLD, 1);
                    return Outcome.LATER;
                }
                case GAP -> {
                    return Outcome.BEHIND;
                }
                case NEXT -> {
                    if (!queue.offer(delivery.frame(), delivery.acceptedAt(), bounds)) {
                        return Outcome.FULL;
                    }
                    subscription.advance();
                    return Outcome.SENT;
                }
            }
            throw new IllegalStateException("unreachable");
        }
    }

    boolean behind() {
        return behind;
    }

    /** The channel may hold something that this connection was not given: it reads at the next {@link #catchUp(UserLog)}. */
    void fallBehind(Channel channel) {
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            behind |= subscription != null && subscription.fallBehind();
        }
    }

    /** The same when it was not given what is published there. */
    void fallBehind(Channel channel, StreamPosition published) {
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            behind |= subscription != null && subscription.lacks(published) && subscription.fallBehind();
        }
    }

    /** Reads what its channels that are behind have missed; those that the log still cannot be asked for stay behind. */
    void catchUp(UserLog log) {
        List<Channel> late = new ArrayList<>();
        synchronized (subscriptions) {
            behind = false;
            subscriptions.forEach((channel, subscription) -> {
                if (subscription.catchesUp()) {
                    late.add(channel);
                }
            });
        }
        late.forEach(channel -> catchUp(channel, log));
        drain();
    }

    /** The same for one channel, without making the caller wait for a log outside of the process. */
    private void catchUpPatiently(Channel channel, UserLog log) {
        if (!log.waits()) {
            catchUp(channel, log);
            return;
        }
        if (!asksToRead(channel)) {
            // A read is about to begin, and finds this too.
            return;
        }
        try {
            log.patiently(() -> {
                readingBegins(channel);
                catchUp(channel, log);
                drain();
            });
        } catch (LogUnavailableException e) {
            readingBegins(channel);
            fallBehind(channel);
        }
    }

    private boolean asksToRead(Channel channel) {
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            return subscription != null && subscription.asksToRead();
        }
    }

    private void readingBegins(Channel channel) {
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            if (subscription != null) {
                subscription.readingBegins();
            }
        }
    }

    /** Reads from the log what lies between the connection's position and the top. A log that is lost is asked again later. */
    private void catchUp(Channel channel, UserLog log) {
        try {
            readUp(channel, log);
        } catch (LogUnavailableException e) {
            fallBehind(channel);
        }
    }

    /**
     * What is gone from the log ends the connection with 3010. So does a channel that has begun another life since, though nothing is missing: its
     * epoch is told in the reply to a subscription alone, and the client comes back for it.
     */
    private void readUp(Channel channel, UserLog log) {
        counters.catchUps.increment();
        Optional<StreamPosition> since = position(channel);
        while (since.isPresent()) {
            Backlog backlog = log.readAfter(channel, since.get());
            if (backlog.complete() && backlog.top().epoch().equals(since.get().epoch())) {
                offerAll(backlog);
                return;
            }
            // Another thread may have brought the connection further meanwhile, and the log may have dropped what it no
            // longer needs.
            Optional<StreamPosition> now = position(channel);
            if (now.equals(since)) {
                counters.dropped(
                        Counters.Drop.GONE,
                        Math.max(1, backlog.top().offset() - since.get().offset()));
                close(Disconnect.INSUFFICIENT_STATE);
                return;
            }
            since = now;
        }
    }

    /** How far it has been given the channel; empty when it is not subscribed. */
    public Optional<StreamPosition> position(Channel channel) {
        synchronized (subscriptions) {
            return Optional.ofNullable(subscriptions.get(channel)).map(Subscription::position);
        }
    }

    private void offerAll(Backlog backlog) {
        for (Publication publication : backlog.publications()) {
            if (!guard.permits(owner(), publication.channel())) {
                return;
            }
            Frame push = FrameWriter.push(publication);
            if (offerTwice(() -> offerIfNext(backlog.top().epoch(), publication, push)) == Outcome.FULL) {
                overflowed();
                return;
            }
        }
    }

    private UserId owner() {
        UserId as = user;
        if (as == null) {
            throw new IllegalStateException("not connected");
        }
        return as;
    }

    /** Another thread may have been faster with the same publication: then it is skipped. */
    private Outcome offerIfNext(String epoch, Publication publication, Frame push) {
        Limits bounds = limits.get();
        long now = liveness.now();
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(publication.channel());
            if (subscription == null || subscription.judge(epoch, publication.offset()) != Subscription.Verdict.NEXT) {
                return Outcome.NOT_MINE;
            }
            if (!queue.offer(push, now, bounds)) {
                return Outcome.FULL;
            }
            subscription.advance();
            return Outcome.SENT;
        }
    }

    private void overflowed() {
        counters.dropped(Counters.Drop.SLOW, 1);
        close(Disconnect.SLOW);
    }

    /** Writes what was offered. Runs the transport, so never under a lock. */
    public void drain() {
        queue.drain();
    }

    /** Says that the peer is alive: any inbound frame does. Returns the ticker's nanoseconds. */
    public long heard() {
        return liveness.heard();
    }

    /** What is due by now: deadlines, pings, expiry. Called by the shared tick; true when this call ended the connection. */
    public boolean tick(Instant wallClock) {
        Limits bounds = limits.get();
        if (queue.stalledFor(bounds.writeTimeout().toNanos(), liveness.now())) {
            return close(Disconnect.SLOW);
        }
        return switch (state) {
            case OPENING ->
                !waitsForAdmission && liveness.age() > bounds.connectDeadline().toNanos() && close(Disconnect.STALE);
            case CONNECTED -> tickConnected(wallClock, bounds);
            case DRAINING -> closeIfDrained(bounds);
            case CLOSED -> false;
        };
    }

    private boolean tickConnected(Instant wallClock, Limits bounds) {
        UserContext as = context;
        if (as != null && as.expired(wallClock)) {
            return close(Disconnect.EXPIRED);
        }
        if (unanswered()) {
            return close(Disconnect.NO_PONG);
        }
        if (liveness.pingDue(bounds)) {
            if (!welcomed) {
                // Its client has given up on the reply, and nobody could tell whether it lives.
                return close(Disconnect.FORCE_RECONNECT);
            }
            ping();
        }
        return false;
    }

    /** While a probe decides whether there is room for it, it is not late: it has presented its token. */
    void waitForAdmission(boolean waits) {
        waitsForAdmission = waits;
    }

    /** Asked for a sign of life and not heard since, for longer than a pong may take. */
    public boolean unanswered() {
        return liveness.dead(limits.get());
    }

    /**
     * Whether the peer can be asked for a sign of life: clients answer none that comes before the reply to their connect command,
     * which may have to wait for the log. Until then that command is the sign.
     */
    public boolean canBeAsked() {
        return welcomed;
    }

    /** Asks the peer for a sign of life, if it {@linkplain #canBeAsked can be}. */
    public void ping() {
        if (!welcomed) {
            return;
        }
        liveness.pinged();
        send(FrameWriter.PING);
        drain();
    }

    /** Takes nothing more, writes what waits, then closes. */
    public void drainAndClose(Disconnect disconnect) {
        // The reason and the time first: whoever sees the state may end it at once.
        if (ending == null) {
            liveness.draining();
            ENDING.compareAndSet(this, null, disconnect);
        }
        queue.tellWhenIdle();
        if (!beginDraining()) {
            return;
        }
        drain();
        closeIfDrained(limits.get());
    }

    /** False when it is closed already. */
    private boolean beginDraining() {
        State before;
        do {
            before = state;
        } while (before != State.CLOSED && !STATE.compareAndSet(this, before, State.DRAINING));
        return before != State.CLOSED;
    }

    private void written() {
        if (state == State.DRAINING) {
            closeIfDrained(limits.get());
        }
    }

    private boolean closeIfDrained(Limits bounds) {
        if (!queue.idle() && liveness.drainingFor() <= bounds.writeTimeout().toNanos()) {
            return false;
        }
        Disconnect why = ending;
        return close(why == null ? Disconnect.SHUTDOWN : why);
    }

    /**
     * Ends the connection: the first call wins, later ones do nothing. Leaves the manager before the close frame goes out.
     *
     * @return whether this call ended it
     */
    public boolean close(Disconnect disconnect) {
        if (STATE.getAndSet(this, State.CLOSED) == State.CLOSED) {
            return false;
        }
        ending = disconnect;
        waitedAtEnd = queue.messages();
        queue.close();
        synchronized (subscriptions) {
            subscriptions.clear();
        }
        counters.closed(disconnect.code());
        transport.close(disconnect);
        return true;
    }

    private void transportFailed(Throwable cause) {
        close(Disconnect.NORMAL);
    }

    /** How many messages waited for it when it ended; 0 before. */
    public int waitedAtEnd() {
        return waitedAtEnd;
    }

    /** Bytes handed to the socket since it opened. */
    public long sentBytes() {
        return queue.sentBytes();
    }

    /** Publications and replies waiting to be written. */
    public int queuedMessages() {
        return queue.messages();
    }

    /** Bytes of them. */
    public long queuedBytes() {
        return queue.bytes();
    }
}
