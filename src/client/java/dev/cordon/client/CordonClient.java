package dev.cordon.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A back end's client of the server API. One object serves a whole application. Thread-safe.
 *
 * <pre>{@code
 * CordonClient cordon = CordonClient.builder().nodes("http://127.0.0.1:8080").apiKey(key).build();
 * PublishResult stored = cordon.publish("#bob", "{\"text\":\"hello\"}");
 * System.out.println("stored at " + stored.offset() + ", " + stored.connections() + " connections");
 * cordon.close();
 * }</pre>
 *
 * <h2>Futures and blocking calls</h2>
 *
 * Each command comes in two ways. The blocking one returns the result or throws. The other, {@code …Async} or {@link
 * #send}, returns a future at once. Both end by their deadline at the latest, with a {@link CordonException} if there is
 * no result. Only {@link IllegalArgumentException}, for a command that cannot be sent, comes from the method itself.
 *
 * <pre>{@code
 * cordon.publishAsync("orders#bob", "{\"order\":7}")
 *         .thenAccept(result -> System.out.println("offset " + result.offset()))
 *         .exceptionally(failure -> {
 *             System.out.println("not stored: " + failure.getMessage());
 *             return null;
 *         });
 * }</pre>
 *
 * Futures complete on a thread of the client: what is chained to them must not wait. A blocking call there is an {@link
 * IllegalStateException}; {@code thenAcceptAsync} moves work to a thread of the application's.
 *
 * <h2>Repetition</h2>
 *
 * A command that a node could not answer is sent again until its deadline: to the next node at once, to the same after a
 * growing, partly random pause or the time that the node asked for. Each publish and broadcast has an idempotency key, so
 * that it is stored once even if an answer was lost. {@link Disconnect}, and a batch with one, is not sent again once it
 * may have arrived: {@link UnansweredException}. Idempotency keys end with the log: docs/clients.md says what that means
 * for a log in memory.
 *
 * <h2>Order</h2>
 *
 * Publishes to one channel leave on one connection, in the order of the calls. Those that wait meanwhile leave together,
 * as one request. If a node stores some of them and rejects others for a while, those come behind. Broadcasts and batches
 * have connections of their own, and no order among publishes.
 *
 * <h2>Bounds</h2>
 *
 * {@link CordonClientBuilder#pending} bounds what waits. Beyond, a blocking call waits for room until its deadline, and a
 * future fails with {@link OverloadedException} at once.
 */
public final class CordonClient implements AutoCloseable {
    private final CommandWriter writer = new CommandWriter();
    private final Nodes nodes;
    private final Room room;
    private final Deadlines deadlines = new Deadlines();
    private final SSLContext tls;
    private final Duration deadline;
    private final Duration attempt;
    private final Duration closing;
    private final CallQueue[] publishes;
    private final CallQueue others;
    private final List<Sender> senders = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    CordonClient(
            Nodes nodes,
            Room room,
            SSLContext tls,
            int connections,
            Duration deadline,
            Duration attempt,
            Duration closing) {
        this.nodes = nodes;
        this.room = room;
        this.tls = tls;
        this.deadline = deadline;
        this.attempt = attempt;
        this.closing = closing;
        this.others = new CallQueue(room);
        this.publishes = new CallQueue[connections];
        deadlines.watch(others);
        for (int i = 0; i < connections; i++) {
            publishes[i] = new CallQueue(room);
            deadlines.watch(publishes[i]);
            begin(publishes[i], i);
            begin(others, i);
        }
        start(deadlines, "deadlines");
    }

    private void begin(CallQueue queue, int preferred) {
        Sender sender = new Sender(queue, room, nodes, deadlines, tls, attempt.toNanos(), preferred);
        senders.add(sender);
        deadlines.watch(sender);
        start(sender, Integer.toString(senders.size()));
    }

    private void start(Runnable task, String name) {
        Thread thread = new ClientThread(task, "cordon-client-" + name);
        threads.add(thread);
        thread.start();
    }

    /** Returns a builder, which needs at least the address of a node and an API key. */
    public static CordonClientBuilder builder() {
        return new CordonClientBuilder();
    }

    /**
     * Publishes one JSON value to one channel.
     *
     * @param channel {@code #user} or {@code topic#user}
     * @param json the message
     * @throws CordonException if no node has said that the message is stored
     * @throws IllegalArgumentException if {@code json} is not one JSON value
     */
    public PublishResult publish(String channel, String json) {
        return call(new Publish(channel, json));
    }

    /** Like {@link #publish}, as a future. */
    public CompletableFuture<PublishResult> publishAsync(String channel, String json) {
        return send(new Publish(channel, json));
    }

    /** Publishes one JSON value to up to 1,000 channels. Look at the replies: each channel succeeds or fails alone. */
    public BroadcastResult broadcast(Collection<String> channels, String json) {
        return call(new Broadcast(channels, json));
    }

    /** Like {@link #broadcast}, as a future. */
    public CompletableFuture<BroadcastResult> broadcastAsync(Collection<String> channels, String json) {
        return send(new Broadcast(channels, json));
    }

    /**
     * Publishes one JSON value to {@code #user} of each user of a group. Look at the result: users may fail alone. {@link
     * GroupBroadcast} has a topic, and more to say.
     */
    public GroupBroadcastResult groupBroadcast(String group, String json) {
        return call(new GroupBroadcast(group, json));
    }

    /** Like {@link #groupBroadcast}, as a future. */
    public CompletableFuture<GroupBroadcastResult> groupBroadcastAsync(String group, String json) {
        return send(new GroupBroadcast(group, json));
    }

    /** Adds up to 1,000 users to a group, all or none. */
    public GroupChange groupAdd(String group, Collection<String> users) {
        return call(new GroupAdd(group, users));
    }

    /** Like {@link #groupAdd}, as a future. */
    public CompletableFuture<GroupChange> groupAddAsync(String group, Collection<String> users) {
        return send(new GroupAdd(group, users));
    }

    /** Removes up to 1,000 users from a group. {@link GroupRemoveAll} removes all. */
    public GroupChange groupRemove(String group, Collection<String> users) {
        return call(new GroupRemove(group, users));
    }

    /** Like {@link #groupRemove}, as a future. */
    public CompletableFuture<GroupChange> groupRemoveAsync(String group, Collection<String> users) {
        return send(new GroupRemove(group, users));
    }

    /** Returns the first 1,000 users of a group. {@link GroupMembers} has further pages, and {@link Groups} the groups. */
    public GroupMembersResult groupMembers(String group) {
        return call(new GroupMembers(group));
    }

    /** Like {@link #groupMembers}, as a future. */
    public CompletableFuture<GroupMembersResult> groupMembersAsync(String group) {
        return send(new GroupMembers(group));
    }

    /** Carries out up to 1,000 commands in one request, in order. Look at the replies: each succeeds or fails alone. */
    public BatchResult batch(List<Command<?>> commands) {
        return call(new Batch(commands));
    }

    /** Like {@link #batch}, as a future. */
    public CompletableFuture<BatchResult> batchAsync(List<Command<?>> commands) {
        return send(new Batch(commands));
    }

    /** Returns the connections of a channel's owner that are subscribed to it, on all nodes. */
    public PresenceResult presence(String channel) {
        return call(new Presence(channel));
    }

    /** Like {@link #presence}, as a future. */
    public CompletableFuture<PresenceResult> presenceAsync(String channel) {
        return send(new Presence(channel));
    }

    /**
     * Sends one JSON value, which no log keeps, to the connections that follow a channel now. Who is away does not get it.
     *
     * @throws IllegalArgumentException if {@code json} is not one JSON value
     */
    public LivePublishResult publishLive(String channel, String json) {
        return call(new LivePublish(channel, json));
    }

    /** Like {@link #publishLive}, as a future. */
    public CompletableFuture<LivePublishResult> publishLiveAsync(String channel, String json) {
        return send(new LivePublish(channel, json));
    }

    /** Returns the connections of a user, on all nodes. */
    public ConnectionsResult connections(String user) {
        return call(new Connections(user));
    }

    /** Like {@link #connections}, as a future. */
    public CompletableFuture<ConnectionsResult> connectionsAsync(String user) {
        return send(new Connections(user));
    }

    /** Subscribes the connections that a user has now, on all nodes, to a channel of the user. */
    public SubscribeResult subscribe(String user, String channel) {
        return call(new Subscribe(user, channel));
    }

    /** Like {@link #subscribe}, as a future. */
    public CompletableFuture<SubscribeResult> subscribeAsync(String user, String channel) {
        return send(new Subscribe(user, channel));
    }

    /** Unsubscribes the connections that a user has now, on all nodes, from a channel of the user. */
    public UnsubscribeResult unsubscribe(String user, String channel) {
        return call(new Unsubscribe(user, channel));
    }

    /** Like {@link #unsubscribe}, as a future. */
    public CompletableFuture<UnsubscribeResult> unsubscribeAsync(String user, String channel) {
        return send(new Unsubscribe(user, channel));
    }

    /** Moves the end of the connections that a user has now, on all nodes. */
    public RefreshResult refresh(String user, Instant end) {
        return call(new Refresh(user, end));
    }

    /** Like {@link #refresh}, as a future. */
    public CompletableFuture<RefreshResult> refreshAsync(String user, Instant end) {
        return send(new Refresh(user, end));
    }

    /** Returns up to {@code limit} retained messages of a channel; {@link History#ALL} for all. */
    public HistoryResult history(String channel, int limit) {
        return call(new History(channel, limit));
    }

    /** Like {@link #history}, as a future. */
    public CompletableFuture<HistoryResult> historyAsync(String channel, int limit) {
        return send(new History(channel, limit));
    }

    /** Ends all connections of a user, on all nodes, so that they do not come back by themselves. */
    public DisconnectResult disconnect(String user) {
        return call(new Disconnect(user));
    }

    /** Like {@link #disconnect}, as a future. */
    public CompletableFuture<DisconnectResult> disconnectAsync(String user) {
        return send(new Disconnect(user));
    }

    /** Returns the state of the nodes. */
    public InfoResult info() {
        return call(new Info());
    }

    /** Like {@link #info}, as a future. */
    public CompletableFuture<InfoResult> infoAsync() {
        return send(new Info());
    }

    /** Carries out a command, until the client's deadline. */
    public <R> R call(Command<R> command) {
        return call(command, deadline);
    }

    /**
     * Carries out a command.
     *
     * @param within time for the call; at most {@link CordonClientBuilder#LONGEST_DEADLINE}
     * @throws CordonException if there is no result
     * @throws IllegalArgumentException if the command cannot be sent: its data is not one JSON value, or it is too long
     * @throws IllegalStateException on a thread of a client, where the call could wait for itself
     */
    public <R> R call(Command<R> command, Duration within) {
        if (ClientThread.runsHere()) {
            throw new IllegalStateException(
                    "a blocking call in a callback of a client would hold up the client: use the future, or thenAcceptAsync");
        }
        Call<R> call = prepared(command, within);
        try {
            if (!room.take(call.body().length, call.deadline())) {
                throw new OverloadedException(full() + ", and none had its answer before the deadline");
            }
            enqueue(call);
            return call.get();
        } catch (InterruptedException e) {
            call.cancel(false);
            Thread.currentThread().interrupt();
            throw new InterruptedCallException(e, call.sent(), call.sent() ? call.key() : null);
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    /** The stack of an error is that of the client's thread; the caller's is worth more. */
    private static RuntimeException thrown(@Nullable Throwable cause) {
        if (cause instanceof CordonException failure) {
            failure.setStackTrace(new Throwable().getStackTrace());
            return failure;
        }
        return new IllegalStateException("a call failed", cause);
    }

    /** Carries out a command, until the client's deadline. */
    public <R> CompletableFuture<R> send(Command<R> command) {
        return send(command, deadline);
    }

    /**
     * Carries out a command. Cancelling the future keeps the command from being sent, if it was not yet.
     *
     * @param within time for the call; at most {@link CordonClientBuilder#LONGEST_DEADLINE}
     * @return completed on a thread of the client: by the result, or by a {@link CordonException}; {@link
     *     OverloadedException} at once if there is no room for the command
     * @throws IllegalArgumentException if the command cannot be sent: its data is not one JSON value, or it is too long
     */
    public <R> CompletableFuture<R> send(Command<R> command, Duration within) {
        Call<R> call = prepared(command, within);
        if (room.tryTake(call.body().length)) {
            enqueue(call);
        } else {
            call.fail(new OverloadedException(full()));
        }
        return call;
    }

    private String full() {
        return "the client is full: " + room + " wait for an answer";
    }

    private <R> Call<R> prepared(Command<R> command, Duration within) {
        long nanos = CordonClientBuilder.within(within).toNanos();
        return new Call<>(command, writer.write(command), System.nanoTime() + nanos);
    }

    private void enqueue(Call<?> call) {
        CallQueue queue = call.command() instanceof Publish publish
                ? publishes[Math.floorMod(publish.channel().hashCode(), publishes.length)]
                : others;
        if (queue.add(call)) {
            deadlines.expect(call.deadline());
        } else {
            room.release(1, call.body().length);
            call.fail(new ClosedException("the client is closed", false, null));
        }
    }

    /** Number of commands that have no answer yet. */
    public int pending() {
        return room.taken();
    }

    /**
     * Takes no more commands, waits for the answers of those it has, for at most {@link
     * CordonClientBuilder#closeTimeout}, and fails the rest with {@link ClosedException}. Closing again does nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        all(CallQueue::close);
        boolean interrupted = ClientThread.runsHere() ? false : joined();
        all(CallQueue::end);
        senders.forEach(Sender::end);
        deadlines.end();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void all(Consumer<CallQueue> action) {
        for (CallQueue queue : publishes) {
            action.accept(queue);
        }
        action.accept(others);
    }

    /** Waits for the senders' threads. Returns true if this thread was interrupted meanwhile. */
    private boolean joined() {
        long end = System.nanoTime() + closing.toNanos();
        try {
            for (Thread thread : threads.subList(0, senders.size())) {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, end - System.nanoTime()));
            }
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Does not show the API key. */
    @Override
    public String toString() {
        return "CordonClient" + nodes + "[" + room + "]";
    }
}
