package dev.cordon.cluster;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.SerialDrain;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The users whom this node is about to wake on the others. Users who come while a wakeup is under way share the next
 * one. A user waits once, however often woken. Thread-safe.
 */
public final class WakeupQueue {
    /** Sends wakeups; waits and throws as it likes. */
    @FunctionalInterface
    public interface Sender {
        void send(List<UserId> users) throws Exception;
    }

    private final Executor executor;
    private final Sender sender;
    private final Consumer<Throwable> lost;
    private final Set<UserId> pending = ConcurrentHashMap.newKeySet();
    private final SerialDrain drain = new SerialDrain();

    /**
     * @param executor runs the sender, once at a time
     * @param lost is told why a wakeup was not sent
     */
    public WakeupQueue(Executor executor, Sender sender, Consumer<Throwable> lost) {
        this.executor = executor;
        this.sender = sender;
        this.lost = lost;
    }

    /** Does not wait, and does not throw. */
    public void add(Collection<UserId> users) {
        pending.addAll(users);
        if (drain.enter()) {
            try {
                executor.execute(() -> drain.serve(this::sendPending));
            } catch (LogUnavailableException | RejectedExecutionException e) {
                lost.accept(e);
                // What is pending is sent with the next wakeup.
                drain.serve(() -> {});
            }
        }
    }

    private void sendPending() {
        List<UserId> users = new ArrayList<>();
        for (Iterator<UserId> all = pending.iterator(); all.hasNext(); ) {
            // Removed before the wakeup: who is woken from here on shares the next one.
            users.add(all.next());
            all.remove();
        }
        if (users.isEmpty()) {
            return;
        }
        try {
            sender.send(users);
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (Exception | Error e) {
            lost.accept(e);
        }
    }
}
