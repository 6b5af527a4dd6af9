package dev.cordon.manager;

import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.StreamPosition;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection of a session: its user, its state, its deadlines and its end. Its {@link Subscriber} handles
 * what it receives.
 *
 * <p>One state machine: opening (no token yet) → connected → draining (the queue is written, nothing is added) →
 * closed. It ends with exactly one {@link Disconnect}, whatever the cause. Then it leaves its manager through its
 * {@link CloseListener}. Thread-safe. Longer than other classes because the states belong together with the operations
 * that they allow.
 */
public final class Connection {
    /** The state of a connection. It only moves down this list. */
    public enum State {
        OPENING,
        CONNECTED,
        DRAINING,
        CLOSED
    }

    /** The callback that removes a connection from its manager. */
    @FunctionalInterface
    interface CloseListener {
        /** Called once, on the thread that closed the connection, before the transport is closed. */
        void closed(Connection connection);
    }

    private static final System.Logger LOG = System.getLogger(Connection.class.getName());
    private static final VarHandle STATE = FieldHandles.field(MethodHandles.lookup(), "state", State.class);
    private static final VarHandle ENDING = FieldHandles.field(MethodHandles.lookup(), "ending", Disconnect.class);
    private static final VarHandle CONTEXT = FieldHandles.field(MethodHandles.lookup(), "context", UserContext.class);

    private final ConnectionId id = ConnectionId.random();
    private final Transport transport;
    private final CloseListener closeListener;
    private final Supplier<Limits> limits;
    private final Counters counters;
    private final OutboundQueue queue;
    private final Subscriber subscriber;
    private final Liveness liveness;
    private volatile State state = State.OPENING;
    private volatile @Nullable Disconnect ending;
    private volatile @Nullable UserContext context;
    private volatile boolean waitsForAdmission;
    private volatile int waitedAtEnd;

    Connection(
            Transport transport,
            CloseListener closeListener,
            Supplier<Limits> limits,
            Counters counters,
            StalledQueues stalledQueues,
            IsolationGuard guard,
            Ticker ticker) {
        this.transport = transport;
        this.closeListener = closeListener;
        this.limits = limits;
        this.counters = counters;
        Callbacks callbacks = new Callbacks();
        this.queue = new OutboundQueue(transport, counters, stalledQueues, ticker, callbacks);
        this.subscriber = new Subscriber(queue, transport.encoding(), limits, counters, guard, ticker, callbacks);
        this.liveness = new Liveness(ticker);
    }

    /** What the queue and the subscriber tell their connection. One object, because every connection has it. */
    private final class Callbacks implements OutboundQueue.Listener, Consumer<Disconnect> {
        @Override
        public void writeFailed(Throwable cause) {
            close(Disconnect.NORMAL);
        }

        @Override
        public void allWritten() {
            if (state == State.DRAINING) {
                closeIfDrained(limits.get());
            }
        }

        /** The client cannot take any more. */
        @Override
        public void accept(Disconnect disconnect) {
            close(disconnect);
        }
    }

    public ConnectionId id() {
        return id;
    }

    public State state() {
        return state;
    }

    /** The user of the accepted connect command. Empty until then. */
    public Optional<UserContext> context() {
        return Optional.ofNullable(context);
    }

    public String remoteAddress() {
        return transport.remoteAddress();
    }

    /** The name of its transport, such as {@code websocket} or {@code uni_sse}. */
    public String transport() {
        return transport.name();
    }

    /** How the client reads and writes; it never changes. All frames for {@link #send} are made by it. */
    public Encoding encoding() {
        return subscriber.encoding();
    }

    /** The reason of its end, from the moment it begins to drain. Empty before. */
    public Optional<Disconnect> ending() {
        return Optional.ofNullable(ending);
    }

    public Liveness liveness() {
        return liveness;
    }

    /**
     * Moves from opening to connected, once. Returns false in any other state. A context that was given before stays.
     */
    boolean connect(UserContext as) {
        if (!CONTEXT.compareAndSet(this, null, as)) {
            return false;
        }
        subscriber.receiveFor(as.user());
        return STATE.compareAndSet(this, State.OPENING, State.CONNECTED);
    }

    /**
     * Replaces the context by that of a fresh token.
     *
     * @return false when the token names another user: the connection is unchanged
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
     * Moves the end of the connection. What its token allows stays, also if a refresh brings another token meanwhile.
     *
     * @return false before a connect was accepted
     */
    public boolean expireAt(Instant end) {
        UserContext present = context;
        while (present != null && !CONTEXT.compareAndSet(this, present, present.until(end))) {
            present = context;
        }
        return present != null;
    }

    /**
     * Attaches to a channel, before its backlog is read. From now on the connection misses no publication of it.
     *
     * @return the reason for a rejection: not the owner (102, whether the channel exists or not), already subscribed,
     *     or over the limit. Empty if it is attached
     */
    public Optional<ErrorCode> attach(UserContext as, Channel channel) {
        return subscriber.attach(as, channel);
    }

    /** Leaves a channel. Returns false when the connection was not subscribed. */
    public boolean detach(Channel channel) {
        return subscriber.detach(channel);
    }

    /**
     * Leaves a channel and tells the client, behind what it was given of the channel.
     *
     * @param push tells the client that it is no longer subscribed
     * @return false when the connection was not subscribed, or the reply to its subscribe was not sent yet; then nothing
     *     is sent
     */
    public boolean leave(Channel channel, Frame push) {
        return subscriber.leave(channel, push);
    }

    /** The channels to which this connection is subscribed, in no order. Snapshot. */
    public List<Channel> channels() {
        return subscriber.channels();
    }

    /** Whether this connection is subscribed to the channel. */
    public boolean subscribed(Channel channel) {
        return subscriber.subscribed(channel);
    }

    /** The position up to which the client was given the channel. Empty when it is not subscribed. */
    public Optional<StreamPosition> position(Channel channel) {
        return subscriber.position(channel);
    }

    /**
     * Sends the reply that carries the backlog and goes live right behind it. Then reads the publications from the log
     * that came while the backlog was read.
     *
     * @param from the position that the reply brings the client to
     */
    public void goLive(Channel channel, StreamPosition from, Frame reply, UserLog log) {
        subscriber.goLive(channel, from, reply, log);
    }

    /**
     * As {@link #goLive}, for a client that has not asked: it is told by a push, unless it has left the channel meanwhile.
     *
     * @param missed whether the log may have messages behind the position, to be read and sent behind the push
     * @return whether the client is subscribed
     */
    public boolean goLiveUnasked(Channel channel, StreamPosition from, boolean missed, Frame push, UserLog log) {
        boolean subscribed = subscriber.goLiveUnasked(channel, from, push, log);
        if (subscribed && missed) {
            subscriber.fallBehind(channel);
            subscriber.catchUp(log);
        }
        return subscribed;
    }

    /**
     * Goes live on a channel whose backlog was in the reply of another's {@link #goLive}, and reads what came meanwhile.
     *
     * @param from the position that the reply brings the client to
     */
    public void goLiveToo(Channel channel, StreamPosition from, UserLog log) {
        subscriber.goLiveToo(channel, from, log);
    }

    /** Sends a reply, or a push that is no publication. Does nothing once the connection drains. */
    public void send(Frame frame) {
        if (state == State.DRAINING || state == State.CLOSED) {
            return;
        }
        subscriber.send(frame);
    }

    /** Sends a push that no log keeps, if this connection is subscribed to the channel and its user owns it. */
    public void tell(Channel channel, Frame push) {
        if (subscriber.subscribed(channel) && subscriber.mayReceive(channel)) {
            send(push);
        }
    }

    /**
     * Sends a push that no log keeps, if this connection follows the channel and its user owns it. A subscription whose
     * reply is still to come does not get it.
     *
     * @return whether the client gets it
     */
    public boolean tellLive(Channel channel, Frame push) {
        return state == State.CONNECTED && subscriber.mayReceive(channel) && subscriber.tellLive(channel, push);
    }

    /**
     * Delivers one publication to the queue. {@code writes} writes it later.
     *
     * @param log the log to read when publications before this one are missing
     * @return whether the client gets it
     */
    boolean deliver(Delivery delivery, UserLog log, WriteBatch writes) {
        Channel channel = delivery.appended().publication().channel();
        if (!subscriber.mayReceive(channel)) {
            return false;
        }
        if (state != State.CONNECTED) {
            if (subscriber.subscribed(channel)) {
                counters.dropped(Counters.Drop.CLOSED, 1);
            }
            return false;
        }
        return switch (subscriber.deliver(delivery)) {
            case QUEUED -> {
                writes.add(this);
                yield state != State.CLOSED;
            }
            case DEFERRED, DUPLICATE -> true;
            case GAP -> {
                subscriber.fillGap(channel, log);
                writes.add(this);
                yield state == State.CONNECTED;
            }
            case FULL, NOT_SUBSCRIBED -> false;
        };
    }

    /**
     * The log may hold publications that this node has not delivered. A subscription that goes live later reads them
     * then.
     *
     * @param each gets the channel and the position of each other subscription; called under the connection's lock
     */
    public void mayLack(BiConsumer<Channel, StreamPosition> each) {
        subscriber.mayLack(each);
    }

    /** See {@link Subscriber#behind}. */
    boolean behind() {
        return subscriber.behind();
    }

    /** See {@link Subscriber#fallBehind(Channel)}. */
    void fallBehind(Channel channel) {
        subscriber.fallBehind(channel);
    }

    /** See {@link Subscriber#fallBehind(Channel, StreamPosition)}. */
    void fallBehind(Channel channel, StreamPosition published) {
        subscriber.fallBehind(channel, published);
    }

    /** See {@link Subscriber#catchUp(UserLog)}. */
    void catchUp(UserLog log) {
        subscriber.catchUp(log);
    }

    /** Writes the queued frames. Calls the transport, so never call it under a lock. */
    public void drain() {
        queue.drain();
    }

    /** Notes that the peer is alive. Call it for any inbound frame. Returns the ticker's nanoseconds. */
    public long heard() {
        return liveness.heard();
    }

    /**
     * Handles due deadlines, pings and expiry. Called by the shared tick. Returns true when it ended the connection.
     */
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
        if (pingTimedOut()) {
            return close(Disconnect.NO_PONG);
        }
        if (liveness.pingDue(bounds)) {
            if (!pingable()) {
                // The client has given up on the reply, and a ping cannot show whether it lives.
                return close(Disconnect.FORCE_RECONNECT);
            }
            ping();
        }
        return false;
    }

    /**
     * Suspends the connect deadline while the application decides, or a probe whether there is room: the client has
     * presented its token.
     */
    public void waitForAdmission(boolean waits) {
        waitsForAdmission = waits;
    }

    /** Whether the peer was pinged and sent no frame since, for longer than a pong may take. */
    public boolean pingTimedOut() {
        return liveness.dead(limits.get()) && !transport.listensOnly();
    }

    /** Whether the peer only listens. It answers no ping, so that only a failed write shows that it is gone. */
    public boolean listensOnly() {
        return transport.listensOnly();
    }

    /**
     * Whether the peer can be pinged. Clients answer no ping that comes before the reply to their connect command, and
     * that reply may have to wait for the log. Until then the command itself is the sign of life.
     */
    public boolean pingable() {
        return subscriber.replied();
    }

    /** Pings the peer, if it is {@linkplain #pingable pingable}. */
    public void ping() {
        if (!pingable()) {
            return;
        }
        liveness.pinged();
        send(encoding().ping());
        drain();
    }

    /** Writes the queued frames, adds nothing more, then closes. */
    public void drainAndClose(Disconnect disconnect) {
        // The reason and the time before the state: a thread that sees the state may close the connection at once.
        if (ending == null) {
            liveness.draining();
            ENDING.compareAndSet(this, null, disconnect);
        }
        queue.notifyWhenIdle();
        if (!beginDraining()) {
            return;
        }
        drain();
        closeIfDrained(limits.get());
    }

    /** Returns false when the connection is closed already. */
    private boolean beginDraining() {
        State before;
        do {
            before = state;
        } while (before != State.CLOSED && !STATE.compareAndSet(this, before, State.DRAINING));
        return before != State.CLOSED;
    }

    private boolean closeIfDrained(Limits bounds) {
        if (!queue.idle() && liveness.drainingFor() <= bounds.writeTimeout().toNanos()) {
            return false;
        }
        Disconnect why = ending;
        return close(why == null ? Disconnect.SHUTDOWN : why);
    }

    /**
     * Ends the connection: the first call wins, later ones do nothing. The connection leaves its manager before the
     * close frame goes out.
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
        subscriber.detachAll();
        counters.closed(disconnect.code());
        try {
            // Before the transport closes: the user's place is free, whatever the container does with the close.
            closeListener.closed(this);
        } finally {
            closeTransport(disconnect);
        }
        return true;
    }

    /** Closes the transport. An exception, against its contract, does not keep other connections from closing. */
    private void closeTransport(Disconnect disconnect) {
        try {
            transport.close(disconnect);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "Closing a socket failed", e);
        }
    }

    /** Messages that waited when the connection ended. 0 before. */
    public int waitedAtEnd() {
        return waitedAtEnd;
    }

    /** Bytes handed to the socket since it opened. */
    public long sentBytes() {
        return queue.sentBytes();
    }

    /** Publications and replies that wait to be written. */
    public int queuedMessages() {
        return queue.messages();
    }

    /** Bytes of the publications and replies that wait. */
    public long queuedBytes() {
        return queue.bytes();
    }
}
