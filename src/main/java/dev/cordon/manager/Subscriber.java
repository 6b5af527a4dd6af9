package dev.cordon.manager;

import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of a {@link Connection}: its subscriptions, and the order in which their publications enter its
 * queue. Publications that a subscription has missed are read from the log.
 *
 * <p>Thread-safe. One lock guards the subscriptions and the order of the queue. Nothing is written, read from the log
 * or called back under it.
 */
final class Subscriber {
    /** The outcome of an offer. */
    enum Outcome {
        /** The frame waits in the queue. */
        QUEUED,
        /** The queue had no room, even after a write. The connection has been closed. */
        FULL,
        /** The channel's backlog is being read. The publication is read with it, or right after. */
        DEFERRED,
        /** The client was given this publication before. */
        DUPLICATE,
        /** The client lacks publications of the channel that only the log has. */
        GAP,
        /** The connection is not subscribed to the channel. */
        NOT_SUBSCRIBED
    }

    private final OutboundQueue queue;
    private final Encoding encoding;
    private final Supplier<Limits> limits;
    private final Counters counters;
    private final IsolationGuard guard;
    private final Ticker ticker;
    private final Consumer<Disconnect> close;
    private final Subscriptions subscriptions = new Subscriptions();
    private volatile @Nullable UserId user;
    private volatile boolean replied;
    private volatile boolean behind;

    /** @param close closes the connection when it cannot take any more */
    Subscriber(
            OutboundQueue queue,
            Encoding encoding,
            Supplier<Limits> limits,
            Counters counters,
            IsolationGuard guard,
            Ticker ticker,
            Consumer<Disconnect> close) {
        this.queue = queue;
        this.encoding = encoding;
        this.limits = limits;
        this.counters = counters;
        this.guard = guard;
        this.ticker = ticker;
        this.close = close;
    }

    /** Allows the user's publications from now on. A connection never changes its user. */
    void receiveFor(UserId owner) {
        user = owner;
    }

    /** How the client reads and writes. */
    Encoding encoding() {
        return encoding;
    }

    /** Whether the channel belongs to the connection's user. */
    boolean mayReceive(Channel channel) {
        UserId as = user;
        return as != null && !guard.rejects(as, channel);
    }

    /** See {@link Connection#attach}. */
    Optional<ErrorCode> attach(UserContext as, Channel channel) {
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

    /** Removes a subscription. Returns false when there was none. */
    boolean detach(Channel channel) {
        synchronized (subscriptions) {
            return subscriptions.remove(channel);
        }
    }

    /** See {@link Connection#leave}. */
    boolean leave(Channel channel, Frame push) {
        return offer(Subscriber::tryLeave, new ChannelPush(channel, push)) == Outcome.QUEUED;
    }

    /** A push of a channel that is no publication of its log. */
    private record ChannelPush(Channel channel, Frame push) {}

    private Outcome tryLeave(ChannelPush leave) {
        Limits bounds = limits.get();
        synchronized (subscriptions) {
            // Before its reply is sent the client is not subscribed, and would be by the reply.
            Subscription subscription = subscriptions.get(leave.channel());
            if (subscription == null || !subscription.live()) {
                return Outcome.NOT_SUBSCRIBED;
            }
            if (!queue.offer(leave.push(), 0, bounds)) {
                return Outcome.FULL;
            }
            boolean unused = subscriptions.remove(leave.channel());
            return Outcome.QUEUED;
        }
    }

    /** See {@link Connection#tellLive}. */
    boolean tellLive(Channel channel, Frame push) {
        return offer(Subscriber::tryTell, new ChannelPush(channel, push)) == Outcome.QUEUED;
    }

    private Outcome tryTell(ChannelPush message) {
        Limits bounds = limits.get();
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(message.channel());
            if (subscription == null || !subscription.live()) {
                return Outcome.NOT_SUBSCRIBED;
            }
            return queue.offer(message.push(), 0, bounds) ? Outcome.QUEUED : Outcome.FULL;
        }
    }

    /** See {@link Connection#channels}. */
    List<Channel> channels() {
        List<Channel> channels = new ArrayList<>();
        synchronized (subscriptions) {
            subscriptions.forEach((channel, subscription) -> channels.add(channel));
        }
        return channels;
    }

    /** Removes all subscriptions. */
    void detachAll() {
        synchronized (subscriptions) {
            subscriptions.clear();
        }
    }

    boolean subscribed(Channel channel) {
        synchronized (subscriptions) {
            return subscriptions.contains(channel);
        }
    }

    /** The position up to which the client was given the channel. Empty when it is not subscribed. */
    Optional<StreamPosition> position(Channel channel) {
        synchronized (subscriptions) {
            return Optional.ofNullable(subscriptions.get(channel)).map(Subscription::position);
        }
    }

    /** Whether the reply to the connect command is in the queue. Later frames come behind it. */
    boolean replied() {
        return replied;
    }

    /** Queues a reply, or a push that is no publication. */
    void send(Frame frame) {
        offer(Subscriber::tryFrame, frame);
    }

    /** Queues one publication if it is the next of its channel. */
    Outcome deliver(Delivery delivery) {
        Outcome outcome = offer(Subscriber::tryPublication, delivery);
        if (outcome == Outcome.DUPLICATE) {
            counters.dropped(Counters.Drop.OLD, 1);
        }
        return outcome;
    }

    /** See {@link Connection#goLive}. */
    void goLive(Channel channel, StreamPosition from, Frame reply, UserLog log) {
        if (offer(Subscriber::tryReply, new SubscribeReply(channel, from, reply)) == Outcome.GAP) {
            // A backlog may fill the queue alone, so it is written before more is queued behind it.
            queue.drain();
            catchUp(channel, log);
        }
    }

    /** See {@link Connection#goLiveToo}. */
    void goLiveToo(Channel channel, StreamPosition from, UserLog log) {
        boolean gap;
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            gap = subscription != null && subscription.goLive(from);
        }
        if (gap) {
            queue.drain();
            catchUp(channel, log);
        }
    }

    /** See {@link Connection#goLiveUnasked}. */
    boolean goLiveUnasked(Channel channel, StreamPosition from, Frame push, UserLog log) {
        Outcome outcome = offer(Subscriber::tryUnasked, new SubscribeReply(channel, from, push));
        if (outcome == Outcome.GAP) {
            queue.drain();
            catchUp(channel, log);
        }
        return outcome != Outcome.NOT_SUBSCRIBED && outcome != Outcome.FULL;
    }

    private Outcome tryUnasked(SubscribeReply push) {
        synchronized (subscriptions) {
            // The client may have left the channel meanwhile, and may have come back.
            Subscription subscription = subscriptions.get(push.channel());
            if (subscription == null) {
                return Outcome.NOT_SUBSCRIBED;
            }
            return subscription.live() ? Outcome.DUPLICATE : tryReply(push);
        }
    }

    /** A reply that brings the client to a position of the channel. */
    private record SubscribeReply(Channel channel, StreamPosition from, Frame frame) {}

    /**
     * Offers a frame. When the queue is full, writes it and tries once more: a queue that fills within one batch says
     * nothing about its client. When it is full a second time, the client is slow and the connection ends.
     *
     * @param attempt captures nothing, so that an offer allocates nothing
     */
    private <T> Outcome offer(BiFunction<Subscriber, T, Outcome> attempt, T what) {
        Outcome outcome = attempt.apply(this, what);
        if (outcome == Outcome.FULL) {
            queue.drain();
            outcome = attempt.apply(this, what);
            if (outcome == Outcome.FULL) {
                counters.dropped(Counters.Drop.SLOW, 1);
                close.accept(Disconnect.SLOW);
            }
        }
        return outcome;
    }

    private Outcome tryFrame(Frame frame) {
        Limits bounds = limits.get();
        synchronized (subscriptions) {
            return queue.offer(frame, 0, bounds) ? Outcome.QUEUED : Outcome.FULL;
        }
    }

    private Outcome tryReply(SubscribeReply reply) {
        Limits bounds = limits.get();
        synchronized (subscriptions) {
            if (!queue.offer(reply.frame(), 0, bounds)) {
                return Outcome.FULL;
            }
            replied = true;
            Subscription subscription = subscriptions.get(reply.channel());
            return subscription != null && subscription.goLive(reply.from()) ? Outcome.GAP : Outcome.QUEUED;
        }
    }

    private Outcome tryPublication(Delivery delivery) {
        Publication publication = delivery.appended().publication();
        String epoch = delivery.appended().epoch();
        Frame frame = delivery.frame(encoding);
        Limits bounds = limits.get();
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(publication.channel());
            if (subscription == null) {
                return Outcome.NOT_SUBSCRIBED;
            }
            return switch (subscription.classify(epoch, publication.offset())) {
                case DEFERRED -> Outcome.DEFERRED;
                case DUPLICATE -> Outcome.DUPLICATE;
                case GAP -> Outcome.GAP;
                case NEXT -> {
                    if (!queue.offer(frame, delivery.acceptedAt(), bounds)) {
                        yield Outcome.FULL;
                    }
                    subscription.advance();
                    yield Outcome.QUEUED;
                }
            };
        }
    }

    /** Whether a subscription may lack publications, because the log could not be read. */
    boolean behind() {
        return behind;
    }

    /** Marks a channel that may hold publications which the client lacks. {@link #catchUp(UserLog)} reads them. */
    void fallBehind(Channel channel) {
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            behind |= subscription != null && subscription.fallBehind();
        }
    }

    /** Marks a channel, if the client lacks the publication at this position. */
    void fallBehind(Channel channel, StreamPosition published) {
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            behind |= subscription != null && subscription.lacks(published) && subscription.fallBehind();
        }
    }

    /** See {@link Connection#mayLack}. */
    void mayLack(BiConsumer<Channel, StreamPosition> each) {
        synchronized (subscriptions) {
            subscriptions.forEach((channel, subscription) ->
                    subscription.mayLackAfter().ifPresent(position -> each.accept(channel, position)));
        }
    }

    /**
     * Reads the log for each channel that is behind, and writes. A channel stays behind while the log is unavailable.
     */
    void catchUp(UserLog log) {
        List<Channel> late = new ArrayList<>();
        synchronized (subscriptions) {
            behind = false;
            subscriptions.forEach((channel, subscription) -> {
                if (subscription.clearBehind()) {
                    late.add(channel);
                }
            });
        }
        late.forEach(channel -> catchUp(channel, log));
        queue.drain();
    }

    /** Fills a gap of one channel. The caller does not wait for a log outside the process: another thread reads it. */
    void fillGap(Channel channel, UserLog log) {
        if (!log.waits()) {
            catchUp(channel, log);
            return;
        }
        if (!requestRead(channel)) {
            // A read is about to begin, and will find the publication.
            return;
        }
        try {
            log.patiently(() -> {
                beginRead(channel);
                catchUp(channel, log);
                queue.drain();
            });
        } catch (LogUnavailableException e) {
            beginRead(channel);
            fallBehind(channel);
        }
    }

    private boolean requestRead(Channel channel) {
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            return subscription != null && subscription.requestRead();
        }
    }

    private void beginRead(Channel channel) {
        synchronized (subscriptions) {
            Subscription subscription = subscriptions.get(channel);
            if (subscription != null) {
                subscription.beginRead();
            }
        }
    }

    private void catchUp(Channel channel, UserLog log) {
        try {
            readUp(channel, log);
        } catch (LogUnavailableException e) {
            fallBehind(channel);
        }
    }

    /**
     * Queues the log's publications between the client's position and the top. If the log no longer has some of them,
     * the connection ends with 3010. A new epoch ends it too, though nothing may be missing: only the reply to a
     * subscription tells the client an epoch.
     */
    private void readUp(Channel channel, UserLog log) {
        counters.catchUps.increment();
        Optional<StreamPosition> since = position(channel);
        while (since.isPresent()) {
            Backlog backlog = log.readAfter(channel, since.get());
            if (backlog.complete() && backlog.top().epoch().equals(since.get().epoch())) {
                deliverAll(backlog);
                return;
            }
            // Another thread may have moved the connection's position meanwhile, and the log may have dropped
            // publications before it.
            Optional<StreamPosition> now = position(channel);
            if (now.equals(since)) {
                counters.dropped(
                        Counters.Drop.GONE,
                        Math.max(1, backlog.top().offset() - since.get().offset()));
                close.accept(Disconnect.INSUFFICIENT_STATE);
                return;
            }
            since = now;
        }
    }

    /** Queues the publications of a backlog. Skips those that another thread has delivered already. */
    private void deliverAll(Backlog backlog) {
        for (Publication publication : backlog.publications()) {
            if (!mayReceive(publication.channel())) {
                return;
            }
            Appended appended = new Appended(publication, backlog.top().epoch());
            Delivery delivery = new Delivery(appended, ticker.nanos());
            if (offer(Subscriber::tryPublication, delivery) == Outcome.FULL) {
                return;
            }
        }
    }
}
