package dev.cordon.jdbc;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.LogUnavailableException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Commits what is appended at the same time in one transaction: a commit waits for the disk, and what comes meanwhile goes with the next.
 * One transaction of a node at a time. Each caller waits itself, so that no more is queued than there are callers. Thread-safe.
 */
final class Committer {
    /** Appends of one transaction; one caller's are never parted. */
    static final int MAX_APPENDS = 512;

    /** Payload bytes of one transaction, beyond a single caller's. */
    private static final long MAX_BYTES = 4 * 1024 * 1024;

    private final Database database;
    private final Transaction transaction;
    private final ConcurrentLinkedQueue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wanted = new AtomicInteger();

    /** Appends all or none; on a thread of the log's. */
    @FunctionalInterface
    interface Transaction {
        List<Appended> append(List<Append> appends) throws SQLException;
    }

    private record Pending(List<Append> appends, CompletableFuture<List<Appended>> result, AtomicBoolean decided) {
        long bytes() {
            return appends.stream().mapToLong(a -> a.payload().size()).sum();
        }
    }

    Committer(Database database, Transaction transaction) {
        this.database = database;
        this.transaction = transaction;
    }

    /** @throws LogUnavailableException when it is not known to be kept: it may be only if its commit was under way */
    List<Appended> append(List<Append> appends) {
        database.availability().check();
        Pending mine = new Pending(List.copyOf(appends), new CompletableFuture<>(), new AtomicBoolean());
        queue.add(mine);
        if (wanted.getAndIncrement() == 0) {
            start();
        }
        try {
            return mine.result().get(database.budget().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // If nobody has taken it yet, nobody will: its caller will try again.
            mine.decided().set(true);
            throw database.late();
        } catch (InterruptedException e) {
            mine.decided().set(true);
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while waiting for the log");
        } catch (ExecutionException e) {
            throw database.failure(e.getCause());
        }
    }

    int waiting() {
        return queue.size();
    }

    private void start() {
        try {
            database.execute(this::work);
        } catch (LogUnavailableException e) {
            wanted.set(0);
            for (Pending next = queue.poll(); next != null; next = queue.poll()) {
                next.result().completeExceptionally(e);
            }
        }
    }

    private void work() {
        int seen = 1;
        do {
            seen = wanted.get();
            for (List<Pending> group = next(); !group.isEmpty(); group = next()) {
                commit(group);
            }
            seen = wanted.addAndGet(-seen);
        } while (seen != 0);
    }

    private List<Pending> next() {
        List<Pending> group = new ArrayList<>();
        int appends = 0;
        long bytes = 0;
        for (Pending head = queue.peek(); head != null; head = queue.peek()) {
            appends += head.appends().size();
            bytes += head.bytes();
            if (!group.isEmpty() && (appends > MAX_APPENDS || bytes > MAX_BYTES)) {
                return group;
            }
            queue.remove();
            if (head.decided().compareAndSet(false, true)) {
                group.add(head);
            }
        }
        return group;
    }

    private void commit(List<Pending> group) {
        try {
            List<Append> all = group.stream()
                    .flatMap(pending -> pending.appends().stream())
                    .toList();
            List<Appended> results = transaction.append(all);
            int from = 0;
            for (Pending pending : group) {
                int to = from + pending.appends().size();
                pending.result().complete(List.copyOf(results.subList(from, to)));
                from = to;
            }
        } catch (SQLException e) {
            failed(group, e);
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            group.forEach(pending -> pending.result().completeExceptionally(e));
        }
    }

    /** What the database refuses of one caller's must not fail the others': each goes by itself then. */
    private void failed(List<Pending> group, SQLException e) {
        if (group.size() > 1 && Trouble.of(e) == Trouble.REFUSED) {
            group.forEach(pending -> commit(List.of(pending)));
        } else {
            group.forEach(pending -> pending.result().completeExceptionally(e));
        }
    }
}
