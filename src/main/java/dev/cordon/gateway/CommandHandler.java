package dev.cordon.gateway;

import dev.cordon.auth.Identity;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Connection;
import dev.cordon.manager.SerialDrain;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Command;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.InvalidFrameException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one connection's commands, in order and one at a time. While a connect waits for a probe, or a refresh
 * for keys, the commands behind it wait too, at most {@link #MAX_WAITING}.
 *
 * <p>Thread-safe: the container's thread and the tick's may call at the same time; one of them does the work ({@link
 * SerialDrain}).
 */
public final class CommandHandler {
    /** Commands that may wait behind a connect; a client that sends more is closed as a bad request. */
    static final int MAX_WAITING = 1024;

    /** Most bytes of all frames until the connect command is accepted. */
    static final int MAX_STRANGERS_BYTES = 64 * 1024;

    private static final System.Logger LOG = System.getLogger(CommandHandler.class.getName());

    private final Connection connection;
    private final Gateway gateway;
    private final Executor patient;
    private final ConnectCommands connects;
    private final ChannelCommands channels;
    private final CommandBudget budget;
    private final Queue<Command> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final SerialDrain drain = new SerialDrain();
    private final Backpressure pressure = new Backpressure();
    private volatile boolean held;
    /**
     * Bytes of frames received before the connect command was accepted; commands behind it wait in memory. Confined to
     * the reading thread.
     */
    private int strangersBytes;

    /** More frames of the same read may follow. Confined to the reading thread, as is {@link #gathering}. */
    private boolean reading;

    private boolean gathering;
    /**
     * The connections that the read so far has publications for. The answers to the read wait in this connection's own
     * queue as long as this is not null. Guarded by this object's lock. The thread that takes the batch writes it.
     */
    private @Nullable WriteBatch readWrites;

    /**
     * @param patient runs tasks that may wait for keys
     * @param headers headers of the handshake that the application's hooks may see
     * @param known the identity of the client's token, if it was verified before
     */
    CommandHandler(
            Connection connection,
            Gateway gateway,
            Executor patient,
            Map<String, String> headers,
            Optional<Identity> known) {
        this.connection = connection;
        this.gateway = gateway;
        this.patient = patient;
        this.budget = new CommandBudget(gateway.ticker.nanos());
        this.connects = new ConnectCommands(connection, gateway, headers, known);
        this.channels = new ChannelCommands(connection, gateway, connects);
    }

    /**
     * Whether all next commands are carried out without waiting for anything outside the process. This holds if the log
     * is in the process and the connect command, whose token may have to wait for keys, has been accepted.
     */
    public boolean prompt() {
        return !gateway.log.waits() && !held && connection.state() != Connection.State.OPENING;
    }

    /** Handles one WebSocket frame from the client, with one or more commands. */
    public void frame(String frame) {
        byte[] utf8 = frame.getBytes(StandardCharsets.UTF_8);
        frame(utf8, 0, utf8.length);
    }

    /**
     * Handles one frame. The caller may reuse the array when this returns.
     *
     * @param bytes in the connection's encoding; of JSON, valid UTF-8
     */
    public void frame(byte[] bytes, int from, int to) {
        if (ending()) {
            return;
        }
        long now = connection.heard();
        if (stranger() && (strangersBytes += to - from) > MAX_STRANGERS_BYTES) {
            bad("over 64 KiB before the connect was answered");
            return;
        }
        List<Command> commands;
        try {
            commands = encoding().read(bytes, from, to, gateway.settings.get().maxMessageBytes(), gateway.hooks.any());
        } catch (InvalidFrameException e) {
            bad(String.valueOf(e.getMessage()));
            return;
        }
        CommandBudget.Verdict verdict = budget.spend(commands.size(), to - from, now);
        if (verdict != CommandBudget.Verdict.WITHIN && !unlimited(now)) {
            tooMany(commands, verdict);
            return;
        }
        if (waiting.addAndGet(commands.size()) > MAX_WAITING) {
            tooManyWait();
            return;
        }
        boolean waits = held || gateway.log.waits();
        for (int i = 0; i < commands.size(); i++) {
            if (waits) {
                // Counted before another thread can take the command out again.
                pressure.add(commands.get(i));
            }
            inbox.add(commands.get(i));
        }
        if (!gathering || waiting.get() >= gateway.publisher.batch()) {
            work(reading && !gathering);
        }
    }

    /**
     * Counts a compressed message before it is inflated. Its frame counts too: each of the two may be much longer than
     * the other, and either costs time.
     *
     * @param bytes of the message as it came
     * @return false if the connection ends, so that the message need not be inflated
     */
    public boolean inflates(int bytes) {
        if (ending()) {
            return false;
        }
        if (stranger()) {
            strangersBytes += bytes;
        }
        budget.charge(bytes, connection.heard());
        return true;
    }

    /**
     * Whether the client is a publisher; then its budget is refilled. Publishers are trusted and may send without a
     * limit: publishing is what the node is for.
     */
    private boolean unlimited(long now) {
        boolean publishes = connection.context().filter(UserContext::publisher).isPresent();
        if (publishes) {
            budget.forgive(now);
        }
        return publishes;
    }

    /**
     * Answers each command over the budget with error 111, which is temporary. A client that goes on is disconnected.
     */
    private void tooMany(List<Command> commands, CommandBudget.Verdict verdict) {
        gateway.counters.reject(SocketCounters.Rejected.RATE_COMMANDS);
        if (verdict == CommandBudget.Verdict.ENOUGH) {
            gateway.counters.cuts.add(Cuts.Reason.COMMANDS);
            ended(Disconnect.TOO_MANY_REQUESTS);
            return;
        }
        for (Command command : commands) {
            if (command.id() > 0) {
                connection.send(encoding().error(command.id(), ErrorCode.TOO_MANY_REQUESTS));
            }
        }
        connection.drain();
    }

    /**
     * Begins a read, whose frames follow. Commands are carried out as they come, or at the end of the read if the log
     * takes publications in batches. Their answers are written together at the end.
     */
    public void begin() {
        reading = true;
        // A connect is carried out at once: before it is accepted, frames must be short.
        gathering = gateway.publisher.batch() > 1 && !stranger();
    }

    /** Whether no connect command has been accepted. Any thread. */
    public boolean stranger() {
        return connection.state() == Connection.State.OPENING;
    }

    /** Ends a read: all its frames have been handed over. */
    public void end() {
        reading = false;
        if (gathering) {
            gathering = false;
            work(false);
        }
        answer();
    }

    /** Writes the publications and answers of the read so far, on any thread. */
    public void answer() {
        WriteBatch writes = takeReadWrites();
        if (writes != null) {
            writes.close();
            connection.drain();
        }
    }

    private synchronized @Nullable WriteBatch takeReadWrites() {
        WriteBatch writes = readWrites;
        readWrites = null;
        return writes;
    }

    private synchronized void keepReadWrites(WriteBatch writes) {
        readWrites = writes;
    }

    /**
     * Disconnects a client with too many waiting commands. If they wait for its connect, the client is at fault. If
     * they wait for the log's database, it may not be.
     */
    private void tooManyWait() {
        if (stranger()) {
            bad("more than " + MAX_WAITING + " commands wait for an earlier command");
        } else {
            gateway.counters.cuts.add(Cuts.Reason.COMMANDS);
            ended(Disconnect.TOO_MANY_REQUESTS);
        }
    }

    /**
     * Whether reading must pause because many commands wait for the log's database.
     *
     * @param more resumes reading; if this returns true, it runs on any thread once there is room
     */
    public boolean pause(Runnable more) {
        return pressure.pause(more);
    }

    /** @param why a reason in the server's words, which goes to the client and into the log */
    private void bad(String why) {
        Disconnect disconnect = Disconnect.BAD_REQUEST.because(why);
        gateway.counters.reject(SocketCounters.Rejected.BAD_REQUEST);
        gateway.rejections.closing(connection, disconnect);
        ended(disconnect);
    }

    /** Records a sign of life other than a command. */
    public void heard() {
        connection.heard();
    }

    public void ended(Disconnect disconnect) {
        try {
            answer();
        } finally {
            connection.close(disconnect);
        }
    }

    /**
     * Whether the connection drains or is closed. Then no command is carried out: the client would never get an answer.
     */
    private boolean ending() {
        Connection.State state = connection.state();
        return state == Connection.State.DRAINING || state == Connection.State.CLOSED;
    }

    /** @param owes whether the calling thread writes publications and answers at the end of its read */
    private void work(boolean owes) {
        if (!drain.enter()) {
            return;
        }
        int requests = drain.requests();
        do {
            if (owes) {
                carryOutOfRead();
            } else {
                // One write for all frames of these commands: the answers, and publications to other connections.
                try (WriteBatch writes = new WriteBatch()) {
                    carryOutAll(writes);
                }
                connection.drain();
            }
            requests = drain.leave(requests);
        } while (requests > 0);
        pressure.ease(held);
    }

    /** Adds to the batch of the read. No other thread has the batch meanwhile. */
    private void carryOutOfRead() {
        WriteBatch before = takeReadWrites();
        WriteBatch writes = before == null ? new WriteBatch() : before;
        try {
            carryOutAll(writes);
        } finally {
            keepReadWrites(writes);
        }
    }

    private void carryOutAll(WriteBatch writes) {
        while (!held) {
            Command command = inbox.poll();
            if (command == null || ending()) {
                return;
            }
            taken(command);
            try {
                if (command instanceof Command.Publish first && gateway.publisher.batch() > 1 && !stranger()) {
                    List<Command.Publish> all = withFollowing(first);
                    hold(() -> channels.publishAll(all, this::resume));
                } else if (command instanceof Command.Subscribe subscribe
                        && !stranger()
                        && gateway.asksBeforeSubscribe()) {
                    hold(() -> channels.ask(subscribe, () -> subscribePatiently(subscribe), this::resume));
                } else if (waits(command)) {
                    hold(() -> gateway.log.patiently(() -> carryOutPatiently(command)));
                } else {
                    carryOut(command, writes);
                }
            } catch (LogUnavailableException e) {
                unavailable(command);
            } catch (RuntimeException e) {
                failed(command, e);
            }
        }
    }

    /** Runs a task while the commands behind it wait. The task must call {@link #resume}, unless it fails to begin. */
    private void hold(Runnable task) {
        held = true;
        try {
            task.run();
        } catch (RuntimeException e) {
            held = false;
            throw e;
        }
    }

    /** Whether the command waits for the log, or for other nodes. */
    private boolean waits(Command command) {
        return command instanceof Command.Presence ? gateway.presence.waits() : asksLog(command) && gateway.log.waits();
    }

    private static boolean asksLog(Command command) {
        return command instanceof Command.Subscribe
                || command instanceof Command.History
                || command instanceof Command.Acknowledge;
    }

    private void unavailable(Command command) {
        connection.send(encoding().error(command.id(), ErrorCode.UNAVAILABLE));
    }

    /** Carries out a subscribe that the application has accepted. */
    private void subscribePatiently(Command.Subscribe subscribe) {
        try {
            gateway.log.patiently(() -> carryOutPatiently(subscribe));
        } catch (LogUnavailableException e) {
            unavailable(subscribe);
            resume();
        }
    }

    private void carryOutPatiently(Command command) {
        try (WriteBatch writes = new WriteBatch()) {
            carryOut(command, writes);
        } catch (LogUnavailableException e) {
            unavailable(command);
        } catch (RuntimeException e) {
            failed(command, e);
        } finally {
            resume();
        }
    }

    private void taken(Command command) {
        waiting.decrementAndGet();
        gateway.counters.commands.increment();
        pressure.remove(command);
    }

    /** Returns the publish and the publishes that follow it directly, up to the publisher's batch. */
    private List<Command.Publish> withFollowing(Command.Publish first) {
        List<Command.Publish> all = new ArrayList<>();
        all.add(first);
        while (all.size() < gateway.publisher.batch() && inbox.peek() instanceof Command.Publish next) {
            inbox.remove();
            taken(next);
            all.add(next);
        }
        return all;
    }

    private void carryOut(Command command, WriteBatch writes) {
        if (command instanceof Command.Pong) {
            return;
        }
        if (command instanceof Command.Connect connect) {
            writeBefore(writes);
            connect(connect);
        } else if (connection.state() == Connection.State.OPENING) {
            writeBefore(writes);
            bad(notConnect(command));
        } else if (command instanceof Command.Publish publish) {
            channels.publish(publish, writes);
        } else if (command instanceof Command.Subscribe subscribe) {
            channels.subscribe(subscribe);
        } else if (command instanceof Command.Unsubscribe unsubscribe) {
            channels.unsubscribe(unsubscribe);
        } else if (command instanceof Command.History history) {
            channels.history(history);
        } else if (command instanceof Command.Presence presence) {
            channels.presence(presence);
        } else if (command instanceof Command.Acknowledge acknowledge) {
            channels.acknowledge(acknowledge);
        } else if (command instanceof Command.Rpc rpc) {
            channels.rpc(rpc);
        } else if (command instanceof Command.Refresh refresh) {
            writeBefore(writes);
            refresh(refresh);
        } else if (command instanceof Command.Ping ping) {
            connection.send(encoding().pingReply(ping.id()));
        } else if (command instanceof Command.Send) {
            gateway.counters.sends.increment();
        } else if (command instanceof Command.Invalid invalid) {
            gateway.rejections.answering(connection, ErrorCode.BAD_REQUEST, invalid.why());
            connection.send(encoding().error(invalid.id(), ErrorCode.BAD_REQUEST, invalid.why()));
        } else if (command instanceof Command.Unknown unknown) {
            channels.reject(unknown.id(), ErrorCode.METHOD_NOT_FOUND, unknown.why());
        } else {
            throw new IllegalStateException("not carried out: " + command.getClass());
        }
    }

    /** Writes everything before a command that may end the connection, or wait for keys or the application. */
    private void writeBefore(WriteBatch writes) {
        writes.close();
        answer();
        connection.drain();
    }

    /** The reason why a connection must not begin with this command. */
    private static String notConnect(Command command) {
        if (command instanceof Command.Invalid invalid) {
            return invalid.why();
        }
        String why = "the first command must be connect";
        return command instanceof Command.Unknown unknown ? why + ": " + unknown.why() : why;
    }

    /** Carries out a connect, on another thread if its token may have to wait for a key server. */
    private void connect(Command.Connect connect) {
        held = true;
        if (!gateway.verifier.mayWait()) {
            connects.connect(connect, this::resume);
            return;
        }
        try {
            patient.execute(() -> connects.connect(connect, this::resume));
        } catch (RejectedExecutionException e) {
            connects.busy(connect.id());
            resume();
        }
    }

    /** Carries out a refresh, on another thread if its token may have to wait for a key server. */
    private void refresh(Command.Refresh refresh) {
        held = true;
        if (!gateway.verifier.mayWait()) {
            refreshHeld(refresh);
            return;
        }
        try {
            patient.execute(() -> refreshHeld(refresh));
        } catch (RejectedExecutionException e) {
            connection.send(encoding().error(refresh.id(), ErrorCode.INTERNAL));
            resume();
        }
    }

    private void refreshHeld(Command.Refresh refresh) {
        try {
            connects.refresh(refresh, this::resume);
        } catch (RuntimeException e) {
            failed(refresh, e);
            resume();
        }
    }

    private void failed(Command command, RuntimeException cause) {
        LOG.log(Level.ERROR, "A command failed: " + command.getClass().getSimpleName(), cause);
        connection.send(encoding().error(command.id(), ErrorCode.INTERNAL));
    }

    /** Continues with the commands behind one that has been answered. */
    private void resume() {
        held = false;
        work(false);
    }

    private Encoding encoding() {
        return connection.encoding();
    }
}
