package dev.cordon.gateway;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A log that fails when told to, and lets a test act in the moment of reading. */
public final class TestLog implements ForwardingUserLog {
    private final UserLog log;
    private volatile boolean failing;
    private volatile Lost lost = Lost.NOTHING;
    private volatile int batch = 1;
    private volatile boolean waits;
    private volatile boolean held;
    private volatile boolean full;
    private volatile boolean broken;
    private volatile boolean patient;
    private final AtomicInteger onTheReader = new AtomicInteger();
    private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private volatile Runnable whileReading = () -> {};

    public TestLog(UserLog log) {
        this.log = log;
    }

    /** What cannot be done for the time being. */
    enum Lost {
        NOTHING,
        READS,
        /** What is appended is kept, and nobody is told so. */
        ANSWERS,
        EVERYTHING
    }

    public void lost(Lost now) {
        lost = now;
    }

    /** Takes so many at once. */
    public void batch(int most) {
        batch = most;
    }

    /** From now on it might have to wait for something. */
    public void waits(boolean now) {
        waits = now;
    }

    @Override
    public boolean waits() {
        return waits;
    }

    /** From now on it is a database that does not answer until {@link #answer}. */
    public void hold() {
        waits = true;
        held = true;
    }

    /** What was asked of it meanwhile is answered, in order, on this thread; it answers at once from now on. */
    public void answer() {
        held = false;
        for (Runnable next = asked.poll(); next != null; next = asked.poll()) {
            next.run();
        }
    }

    /** What was asked of it is answered, in order, on this thread; what is asked from now on waits again. */
    public void answerOnce() {
        for (int i = asked.size(); i > 0; i--) {
            Runnable next = asked.poll();
            if (next != null) {
                next.run();
            }
        }
    }

    /** What waits for {@link #answer}. */
    public int asked() {
        return asked.size();
    }

    /** From now on nobody may wait for it any more. */
    public void full() {
        full = true;
    }

    /** From now on it fails before it takes a task. */
    public void broken() {
        broken = true;
    }

    @Override
    public void patiently(Runnable task) {
        if (broken) {
            throw new IllegalStateException("the log takes nothing");
        }
        if (full) {
            throw new LogUnavailableException("too much waits");
        }
        if (held) {
            asked.add(task);
            return;
        }
        patient = true;
        try {
            task.run();
        } finally {
            patient = false;
        }
    }

    /** How often it was asked where nobody may wait for it, while it {@linkplain #waits() might have to}. */
    public int askedOnTheReader() {
        return onTheReader.get();
    }

    @Override
    public CompletionStage<List<Appended>> appendLater(List<Append> appends) {
        if (!held) {
            patient = true;
            try {
                return ForwardingUserLog.super.appendLater(appends);
            } finally {
                patient = false;
            }
        }
        CompletableFuture<List<Appended>> answer = new CompletableFuture<>();
        asked.add(() -> ForwardingUserLog.super.appendLater(appends).whenComplete((appended, failure) -> {
            if (failure == null) {
                answer.complete(appended);
            } else {
                answer.completeExceptionally(failure);
            }
        }));
        return answer;
    }

    /** How many came together, each time. */
    public List<Integer> batches() {
        return batches;
    }

    private static LogUnavailableException gone() {
        return new LogUnavailableException("the database is gone");
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public List<Appended> appendAll(List<Append> appends) {
        batches.add(appends.size());
        return appends.stream()
                .map(append -> append(append.channel(), append.payload()))
                .toList();
    }

    public void failing(boolean now) {
        failing = now;
    }

    /** Runs once, at the next read of a top or a backlog. */
    public void whileReading(Runnable action) {
        whileReading = action;
    }

    @Override
    public UserLog log() {
        if (waits && !patient) {
            onTheReader.incrementAndGet();
        }
        return log;
    }

    private void check() {
        if (failing) {
            throw new IllegalStateException("the log is down");
        }
        if (lost == Lost.EVERYTHING) {
            throw gone();
        }
    }

    private <T> T read(T result) {
        check();
        if (lost == Lost.READS) {
            throw gone();
        }
        Runnable action = whileReading;
        whileReading = () -> {};
        action.run();
        return result;
    }

    @Override
    public Appended append(Channel channel, Payload payload) {
        check();
        Appended appended = log().append(channel, payload);
        if (lost == Lost.ANSWERS) {
            throw gone();
        }
        return appended;
    }

    @Override
    public StreamPosition top(Channel channel) {
        return read(log().top(channel));
    }

    @Override
    public Backlog readAfter(Channel channel, StreamPosition since) {
        return read(log().readAfter(channel, since));
    }

    @Override
    public Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        check();
        return log().history(channel, since, limit);
    }

    @Override
    public StreamPosition acknowledge(Channel channel, SessionId session, StreamPosition upto) {
        check();
        return log().acknowledge(channel, session, upto);
    }
}
