package dev.cordon.gateway;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Connection;
import dev.cordon.manager.SerialDrain;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Command;
import dev.cordon.protocol.CommandReader;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.json.InvalidJsonException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries out one connection's commands, in order and one at a time. While a connect waits for a probe, or a refresh for keys, what
 * came behind it waits too, bounded by {@link #MAX_WAITING}.
 *
 * <p>Thread-safe: the container's thread and the tick's both come in, and one of them works ({@link SerialDrain}).
 */
public final class CommandHandler {
    /** Commands that may wait behind a connect; a client that sends more is closed as a bad request. */
    static final int MAX_WAITING = 1024;

    /** Bytes of all frames until the connect command is accepted. */
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
    /** Bytes of frames before the connect command was accepted: what it waits behind waits in memory. Confined to the thread that reads. */
    private int strangersBytes;

    /** Confined to the thread that reads, as the next: more frames may follow that were read at once. */
    private boolean reading;

    private boolean gathering;
    /** Answers wait for the end of the read. Set by its thread; another that works meanwhile may write them. */
    private boolean owing;

    /** @param patient carries out what may wait */
    CommandHandler(Connection connection, Gateway gateway, Executor patient) {
        this.connection = connection;
        this.gateway = gateway;
        this.patient = patient;
        this.budget = new CommandBudget(gateway.ticker.nanos());
        this.connects = new ConnectCommands(connection, gateway);
        this.channels = new ChannelCommands(connection, gateway, connects::acknowledges);
    }

    /**
     * Whether the next commands are carried out without waiting for anything outside of the process, whichever they are: the log is not
     * elsewhere, and a connect, whose token may have to wait for keys, has been.
     */
    public boolean prompt() {
        return !gateway.log.waits() && !held && connection.state() != Connection.State.OPENING;
    }

    /** One WebSocket frame from the client: one or more commands. */
    public void frame(String frame) {
        byte[] utf8 = frame.getBytes(StandardCharsets.UTF_8);
        frame(utf8, 0, utf8.length);
    }

    /** The same as the UTF-8 that came, known to be valid; the caller's again when this returns. */
    public void frame(byte[] utf8, int from, int to) {
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
            commands = new CommandReader(gateway.settings.get().maxMessageBytes()).readValid(utf8, from, to);
        } catch (InvalidJsonException e) {
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
                // Before another thread can take it out again.
                pressure.add(commands.get(i));
            }
            inbox.add(commands.get(i));
        }
        if (!gathering || waiting.get() >= gateway.publisher.batch()) {
            work(reading && !gathering);
        }
    }

    /** Publishers may send as much as is read from them: it is what the node is for, and they have been trusted with it. */
    private boolean unlimited(long now) {
        boolean publishes = connection.context().filter(UserContext::publisher).isPresent();
        if (publishes) {
            budget.forgive(now);
        }
        return publishes;
    }

    /** Over the budget: each command is answered with 111, which is temporary, and who goes on is disconnected. */
    private void tooMany(List<Command> commands, CommandBudget.Verdict verdict) {
        gateway.counters.reject(SocketCounters.Refused.RATE_COMMANDS);
        if (verdict == CommandBudget.Verdict.ENOUGH) {
            gateway.counters.cuts.add(Cuts.Reason.COMMANDS);
            ended(Disconnect.TOO_MANY_REQUESTS);
            return;
        }
        for (Command command : commands) {
            if (command.id() > 0) {
                connection.send(FrameWriter.error(command.id(), ErrorCode.TOO_MANY_REQUESTS));
            }
        }
        connection.drain();
    }

    /**
     * Frames that were read at once follow. They are carried out as they come, or at the end where the log likes many publications at
     * once; their answers leave together at the end.
     */
    public void begin() {
        reading = true;
        // A connect is carried out at once: until then a frame may only be short.
        gathering = gateway.publisher.batch() > 1 && !stranger();
    }

    /** Whether no connect command has been accepted. Any thread. */
    public boolean stranger() {
        return connection.state() == Connection.State.OPENING;
    }

    /** The last of them has come. */
    public void end() {
        reading = false;
        if (gathering) {
            gathering = false;
            work(false);
        }
        answer();
    }

    /** Writes the answers that are owed, before whatever may end the connection. */
    public void answer() {
        if (owing) {
            connection.drain();
            owing = false;
        }
    }

    /** Behind a connect that is not answered it is a bad client; behind the log's database the client may have been in the right. */
    private void tooManyWait() {
        if (stranger()) {
            bad("more than " + MAX_WAITING + " commands wait for the one before them");
        } else {
            gateway.counters.cuts.add(Cuts.Reason.COMMANDS);
            ended(Disconnect.TOO_MANY_REQUESTS);
        }
    }

    /**
     * Whether no more should be read for now, because much waits for the log's database.
     *
     * @param more reads on; run once there is room, on any thread, if this returns true
     */
    public boolean pause(Runnable more) {
        return pressure.pause(more);
    }

    /** @param why in words of the server, which go to the client and into the log */
    private void bad(String why) {
        Disconnect disconnect = Disconnect.BAD_REQUEST.because(why);
        gateway.counters.reject(SocketCounters.Refused.BAD_REQUEST);
        gateway.rejections.closing(connection, disconnect);
        ended(disconnect);
    }

    /** A sign of life that is no command. */
    public void heard() {
        connection.heard();
    }

    public void ended(Disconnect disconnect) {
        answer();
        connection.close(disconnect);
    }

    /** From the drain on, nothing more is done for the client: it would never hear of it. */
    private boolean ending() {
        Connection.State state = connection.state();
        return state == Connection.State.DRAINING || state == Connection.State.CLOSED;
    }

    /** @param owes whether the thread that works here writes the answers later */
    private void work(boolean owes) {
        if (!drain.enter()) {
            return;
        }
        int requests = drain.requests();
        do {
            // One write for all that this batch of commands produced, here and for the connections it published to.
            try (WriteBatch writes = new WriteBatch()) {
                carryOutAll(writes);
            }
            if (owes) {
                owing = true;
            } else {
                connection.drain();
            }
            requests = drain.leave(requests);
        } while (requests > 0);
        pressure.ease(held);
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
                } else if (asksLog(command) && gateway.log.waits()) {
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

    /** What is behind waits until {@link #resume}, which is the task's affair unless it fails to begin. */
    private void hold(Runnable task) {
        held = true;
        try {
            task.run();
        } catch (RuntimeException e) {
            held = false;
            throw e;
        }
    }

    private static boolean asksLog(Command command) {
        return command instanceof Command.Subscribe
                || command instanceof Command.History
                || command instanceof Command.Acknowledge;
    }

    private void unavailable(Command command) {
        connection.send(FrameWriter.error(command.id(), ErrorCode.UNAVAILABLE));
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

    /** The publish and those right behind it. */
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
            answer();
            connect(connect);
        } else if (connection.state() == Connection.State.OPENING) {
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
            refresh(refresh);
        } else if (command instanceof Command.Ping ping) {
            connection.send(FrameWriter.pingReply(ping.id()));
        } else if (command instanceof Command.Send) {
            gateway.counters.sends.increment();
        } else if (command instanceof Command.Invalid invalid) {
            gateway.rejections.answering(connection, ErrorCode.BAD_REQUEST, invalid.why());
            connection.send(FrameWriter.error(invalid.id(), ErrorCode.BAD_REQUEST, invalid.why()));
        } else if (command instanceof Command.Unknown unknown) {
            channels.refuse(unknown.id(), ErrorCode.METHOD_NOT_FOUND, unknown.why());
        } else {
            throw new IllegalStateException("not carried out: " + command.getClass());
        }
    }

    /** Why a connection must not begin with this command. */
    private static String notConnect(Command command) {
        if (command instanceof Command.Invalid invalid) {
            return invalid.why();
        }
        String why = "the first command must be connect";
        return command instanceof Command.Unknown unknown ? why + ": " + unknown.why() : why;
    }

    /** A token may have to wait for a server with keys. */
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

    private void refresh(Command.Refresh refresh) {
        answer();
        if (!gateway.verifier.mayWait()) {
            connects.refresh(refresh);
            return;
        }
        held = true;
        try {
            patient.execute(() -> refreshPatiently(refresh));
        } catch (RejectedExecutionException e) {
            connection.send(FrameWriter.error(refresh.id(), ErrorCode.INTERNAL));
            resume();
        }
    }

    private void refreshPatiently(Command.Refresh refresh) {
        try {
            connects.refresh(refresh);
        } catch (RuntimeException e) {
            failed(refresh, e);
        } finally {
            resume();
        }
    }

    private void failed(Command command, RuntimeException cause) {
        LOG.log(Level.ERROR, "A command failed: " + command.getClass().getSimpleName(), cause);
        connection.send(FrameWriter.error(command.id(), ErrorCode.INTERNAL));
    }

    /** What was waited for has been answered: go on with what came behind it. */
    private void resume() {
        held = false;
        work(false);
    }
}
