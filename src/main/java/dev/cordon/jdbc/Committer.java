package dev.cordon.jdbc;

import dev.cordon.heap.HeapShare;
import dev.cordon.heap.OutOfMemory;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A group commit: appends that come at the same time are committed in one transaction. A commit waits for the disk, and
 * appends that come meanwhile go with the next one. No caller waits here: a thread of the log completes its future,
 * within the budget and one {@link #CLOCK} (ADR 0017).
 *
 * <p>One commit runs at a time where commits are short: groups are larger then. Up to {@link #MAX_AT_ONCE} run where
 * the database is far. One more beside them serves channels that an operator's session, or a transaction of another
 * node, has locked. Bounded as {@link CommitQueue} is. Thread-safe.
 *
 * <p>No serial drain as elsewhere: several commits run at once, each on a thread of the log, and how many may run
 * depends on how long the last one took. So a lock guards their number.
 */
final class Committer implements AutoCloseable {
    /** Maximum of appends per transaction. The appends of one caller are never parted. */
    static final int MAX_APPENDS = 512;

    /** Maximum of transactions under way, if the last one took longer than {@link #FAR}. Otherwise it is 1. */
    static final int MAX_AT_ONCE = 3;

    /** Period of the check for overdue appends. */
    static final Duration CLOCK = Duration.ofMillis(50);

    /** Maximum of payload bytes per transaction; a single caller's may be more. */
    private static final long MAX_BYTES = 4 * 1024 * 1024;

    private static final long FAR = Duration.ofMillis(10).toNanos();

    private final Database database;
    private final Transaction transaction;
    private final CommitQueue queue =
            new CommitQueue(MAX_APPENDS, MAX_BYTES, Math.max(MAX_BYTES, HeapShare.QUEUES.bytes() / 2));
    private final ScheduledExecutorService clock;
    private final Object lock = new Object();
    private volatile Consumer<Channel> whenLate = channel -> {};
    private volatile Runnable whenHeld = () -> {};
    /** Groups of the transactions under way. Guarded by {@link #lock}, as the next two fields are. */
    private final List<List<PendingAppend>> underWay = new ArrayList<>(MAX_AT_ONCE);

    private int committing;
    /** Whether a commit is under way that waits for locked channels. */
    private boolean patient;

    private long lastTook;

    /** A transaction that appends all or none, on a thread of the log. */
    @FunctionalInterface
    interface Transaction {
        /** @param patiently whether to wait, in turn, for channels that others have locked */
        Result append(List<Append> appends, boolean patiently) throws SQLException;
    }

    /**
     * The result of a transaction.
     *
     * @param appended one result for each append; empty when nothing was appended
     * @param held names of channels that others have locked; if there are any, nothing was appended
     */
    record Result(List<Appended> appended, Set<String> held) {
        static Result of(List<Appended> appended) {
            return new Result(appended, Set.of());
        }
    }

    Committer(Database database, Transaction transaction) {
        this.database = database;
        this.transaction = transaction;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "cordon-log-clock");
            thread.setDaemon(true);
            return thread;
        });
        long period = CLOCK.toMillis();
        ScheduledFuture<?> unused =
                clock.scheduleWithFixedDelay(this::failOverdue, period, period, TimeUnit.MILLISECONDS);
    }

    /**
     * Appends without making the caller wait. The future ends with {@link LogUnavailableException} when the appends are
     * not known to be committed. They may be committed all the same, but only if their commit was under way.
     */
    CompletableFuture<List<Appended>> append(List<Append> appends) {
        PendingAppend mine =
                new PendingAppend(appends, System.nanoTime() + database.budget().toNanos());
        try {
            database.availability().check();
        } catch (LogUnavailableException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (!queue.add(mine)) {
            return CompletableFuture.failedFuture(
                    new LogUnavailableException("too many operations wait for the log's database"));
        }
        proceed();
        return mine.result();
    }

    /** @param tell gets the channel of each append that was committed after its caller had given up */
    void whenLate(Consumer<Channel> tell) {
        whenLate = tell;
    }

    /** @param tell runs on a thread of the log when appends have waited in vain for channels that others have locked */
    void whenHeld(Runnable tell) {
        whenHeld = tell;
    }

    int waiting() {
        return queue.callers();
    }

    /** Starts a commit if appends wait and the limit allows, and the patient one if appends wait for locks. */
    private void proceed() {
        boolean starts;
        boolean startsPatient;
        synchronized (lock) {
            starts = committing < (lastTook > FAR ? MAX_AT_ONCE : 1) && !queue.isEmpty();
            committing += starts ? 1 : 0;
            startsPatient = !patient && queue.somebodyHolds();
            patient |= startsPatient;
        }
        if (starts && !started(this::work)) {
            synchronized (lock) {
                committing--;
            }
        }
        if (startsPatient && !started(this::workPatiently)) {
            synchronized (lock) {
                patient = false;
            }
        }
    }

    private boolean started(Runnable task) {
        try {
            database.execute(task);
            return true;
        } catch (LogUnavailableException e) {
            fail(queue.drain(), e);
            return false;
        }
    }

    private void work() {
        List<PendingAppend> group = queue.next();
        if (group.isEmpty()) {
            ended(lastTook);
            return;
        }
        begun(group);
        long from = System.nanoTime();
        try {
            Result result = transaction.append(appends(group), false);
            ended(group, from);
            if (result.held().isEmpty()) {
                complete(group, result);
                queue.finished(group);
            } else {
                queue.postponed(group, result.held());
            }
        } catch (SQLException e) {
            ended(group, from);
            failed(group, e, false);
            queue.finished(group);
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            ended(group, from);
            fail(group, e);
            queue.finished(group);
        }
        proceed();
    }

    /** Commits appends to channels that others have locked. Waits for the locks, in turn, while other commits go on. */
    private void workPatiently() {
        List<PendingAppend> group = queue.nextHeld();
        begun(group);
        try {
            Result result = group.isEmpty() ? Result.of(List.of()) : transaction.append(appends(group), true);
            if (result.held().isEmpty()) {
                complete(group, result);
            } else {
                whenHeld.run();
                fail(group, held());
            }
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.HELD) {
                whenHeld.run();
            }
            failed(group, e, true);
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            fail(group, e);
        }
        queue.finished(group);
        synchronized (lock) {
            underWay.removeIf(one -> one == group);
            patient = false;
        }
        proceed();
    }

    private static List<Append> appends(List<PendingAppend> group) {
        return group.stream().flatMap(p -> p.appends().stream()).toList();
    }

    private void begun(List<PendingAppend> group) {
        synchronized (lock) {
            underWay.add(group);
        }
    }

    private void ended(long took) {
        synchronized (lock) {
            committing--;
            lastTook = took;
        }
    }

    /**
     * Ends a commit, and begins the next one before the callers of this one are told, because telling them takes time.
     * The group's channels stay reserved until then, so that readers get a channel's publications in order.
     */
    private void ended(List<PendingAppend> group, long from) {
        synchronized (lock) {
            underWay.removeIf(one -> one == group);
        }
        ended(System.nanoTime() - from);
        proceed();
    }

    /** Tells the callers of a group their results. If a caller has given up, {@link #whenLate} gets the channels. */
    private void complete(List<PendingAppend> group, Result result) {
        int from = 0;
        for (PendingAppend pending : group) {
            int to = from + pending.appends().size();
            if (!pending.result().complete(List.copyOf(result.appended().subList(from, to)))) {
                pending.appends().forEach(append -> whenLate.accept(append.channel()));
            }
            from = to;
        }
    }

    /**
     * Handles a failed commit. If the statement itself failed, each caller's appends are tried alone, so that one fails
     * no others.
     */
    private void failed(List<PendingAppend> group, SQLException e, boolean patiently) {
        SqlFailure failure = SqlFailure.of(e);
        if (group.size() == 1 || (failure != SqlFailure.REJECTED && failure != SqlFailure.HELD)) {
            fail(group, database.failure(e));
            return;
        }
        Set<String> held = new HashSet<>();
        for (PendingAppend pending : group) {
            boolean late = System.nanoTime() - pending.due() > 0;
            if (late || pending.channels().stream().anyMatch(held::contains)) {
                // Callers before it have used up its time, or have waited for the same channel in vain.
                fail(List.of(pending), held());
            } else if (!alone(pending, patiently)) {
                held.addAll(pending.channels());
            }
        }
    }

    /** Appends one caller's alone. Returns false when others have locked a channel of it. */
    private boolean alone(PendingAppend pending, boolean patiently) {
        try {
            Result result = transaction.append(pending.appends(), patiently);
            if (result.held().isEmpty()) {
                complete(List.of(pending), result);
                return true;
            }
            fail(List.of(pending), held());
            return false;
        } catch (SQLException e) {
            fail(List.of(pending), database.failure(e));
            return SqlFailure.of(e) != SqlFailure.HELD;
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            fail(List.of(pending), e);
        }
        return true;
    }

    private static void fail(List<PendingAppend> pending, Throwable why) {
        pending.forEach(of -> of.result().completeExceptionally(why));
    }

    private static LogUnavailableException held() {
        return new LogUnavailableException(SqlFailure.HELD_CHANNEL);
    }

    /** Fails the appends that have waited too long. */
    private void failOverdue() {
        long now = System.nanoTime();
        List<PendingAppend> overdue = queue.overdue(now);
        synchronized (lock) {
            for (List<PendingAppend> group : underWay) {
                group.stream()
                        .filter(pending ->
                                now - pending.due() > 0 && !pending.result().isDone())
                        .forEach(overdue::add);
            }
        }
        List<PendingAppend> late =
                overdue.stream().filter(pending -> !pending.held().get()).toList();
        fail(overdue.stream().filter(pending -> pending.held().get()).toList(), held());
        if (!late.isEmpty()) {
            fail(late, database.late());
        }
        proceed();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        List<PendingAppend> all = queue.drain();
        synchronized (lock) {
            underWay.forEach(all::addAll);
        }
        fail(all, new LogUnavailableException("the log is closed"));
    }
}
