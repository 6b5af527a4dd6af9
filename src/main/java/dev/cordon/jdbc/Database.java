package dev.cordon.jdbc;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.RateLimitedLog;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An executor of database work on {@link #THREADS} threads of its own. A caller waits for one budget at most, whatever
 * driver, pool and network do. Thread-safe.
 */
final class Database implements AutoCloseable {
    /** Number of threads, and maximum of connections at once. A data source must have as many connections. */
    static final int THREADS = 8;

    /** Maximum of tasks that wait for a thread. Beyond it, callers get a {@link LogUnavailableException}. */
    private static final int MAX_WAITING = 1_000;

    private static final int ATTEMPTS = 3;
    private static final System.Logger LOG = System.getLogger(Database.class.getName());
    /** Limits the log lines about rejected statements, because a client's input may cause them. */
    private static final RateLimitedLog REJECTIONS = new RateLimitedLog(LOG);

    private final Connections connections;
    private final Duration budget;
    private final Availability availability;
    private final ThreadPoolExecutor threads;

    /** A piece of work with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    Database(Connections connections, Duration budget, Availability availability) {
        this.connections = connections;
        this.budget = budget;
        this.availability = availability;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), LogThread::new);
        threads.allowCoreThreadTimeOut(true);
    }

    /** A thread of the log. A call on it needs no other thread; the connection's network timeout bounds it. */
    private static final class LogThread extends Thread {
        LogThread(Runnable task) {
            super(task, "cordon-log");
            setDaemon(true);
        }
    }

    Duration budget() {
        return budget;
    }

    Availability availability() {
        return availability;
    }

    /** Runs a query, without a transaction. It may run more than once. */
    <T> T read(Work<T> work) {
        return call(() -> inTurn(work));
    }

    /** Runs work in a transaction: all of it or nothing. */
    <T> T transact(Work<T> work) {
        return call(() -> transaction(work));
    }

    /**
     * Runs one statement that is a transaction of its own, on this thread, which must be one of the log's. Does not try
     * again when the database was lost meanwhile, because the statement may have been committed.
     */
    <T> T alone(Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Connection connection = take();
            boolean broken = true;
            try {
                T result = work.on(connection);
                broken = false;
                return result;
            } catch (SQLException e) {
                SqlFailure failure = SqlFailure.of(e);
                broken = failure == SqlFailure.LOST;
                if (attempt == ATTEMPTS || failure != SqlFailure.COLLISION) {
                    throw e;
                }
            } finally {
                connections.giveBack(connection, broken);
            }
        }
    }

    private <T> T call(Callable<T> task) {
        availability.check();
        if (Thread.currentThread() instanceof LogThread) {
            return here(task);
        }
        Future<T> future = submit(task);
        try {
            return future.get(budget.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(false);
            throw late();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while waiting for the log");
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private <T> T here(Callable<T> task) {
        try {
            return task.call();
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private <T> Future<T> submit(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        execute(future);
        return future;
    }

    /** Runs a task on a thread of the log. */
    void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw new LogUnavailableException(
                    threads.isShutdown() ? "the log is closed" : "too many operations wait for the log's database");
        }
    }

    LogUnavailableException late() {
        String why = "no answer within " + budget.toMillis() + " ms";
        availability.lose(why, why);
        return new LogUnavailableException(why);
    }

    /** The exception for a caller. Notes a loss. Logs a rejected statement, which is a fault of Cordon. */
    RuntimeException failure(@Nullable Throwable cause) {
        if (cause instanceof SQLException e) {
            SqlFailure failure = SqlFailure.of(e);
            if (failure == SqlFailure.LOST || failure == SqlFailure.SETTING) {
                availability.lose(SqlFailure.publicMessage(e), SqlFailure.logMessage(e));
            } else if (failure == SqlFailure.REJECTED) {
                REJECTIONS.log(
                        Level.ERROR,
                        String.valueOf(e.getSQLState()),
                        "The log's database rejected a statement (" + e.getSQLState() + "): "
                                + SqlFailure.logMessage(e));
                LOG.log(Level.DEBUG, "The log's database rejected a statement", e);
            }
            return new LogUnavailableException(SqlFailure.publicMessage(e));
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }

    private <T> T inTurn(Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Connection connection = take();
            boolean broken = true;
            try {
                T result = work.on(connection);
                broken = false;
                return result;
            } catch (SQLException e) {
                again(e, attempt);
            } finally {
                connections.giveBack(connection, broken);
            }
        }
    }

    /** Runs a transaction on this thread, one of the log's. Tries again only if nothing can have been committed. */
    <T> T transaction(Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Connection connection = take();
            Attempt<T> done = new Attempt<>(connection);
            try {
                T result = done.tried(work);
                if (result != null) {
                    connection.commit();
                    done.sound = true;
                    return result;
                }
                again(done.failure(), attempt);
            } finally {
                connections.giveBack(connection, !done.reusable());
            }
        }
    }

    /** One attempt at a transaction, and the state of its connection afterwards. */
    private static final class Attempt<T> {
        private final Connection connection;
        private boolean sound;
        private @Nullable SQLException failure;

        Attempt(Connection connection) {
            this.connection = connection;
        }

        /** Runs the work. Returns null when the database failed. */
        @Nullable
        T tried(Work<T> work) {
            boolean done = false;
            try {
                connection.setAutoCommit(false);
                T result = work.on(connection);
                done = true;
                return result;
            } catch (SQLException e) {
                failure = e;
                return null;
            } finally {
                if (!done) {
                    undo();
                }
            }
        }

        private void undo() {
            try {
                connection.rollback();
                sound = true;
            } catch (SQLException e) {
                // The transaction ended with its connection.
                LOG.log(Level.DEBUG, "Rolling back failed", e);
            }
        }

        SQLException failure() {
            return failure == null ? new SQLException("the transaction had no result") : failure;
        }

        boolean reusable() {
            try {
                if (sound) {
                    connection.setAutoCommit(true);
                }
                return sound;
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "A connection cannot be used again", e);
                return false;
            }
        }
    }

    private Connection take() throws SQLException {
        Connection connection = connections.take();
        try {
            connection.setNetworkTimeout(Runnable::run, (int) budget.toMillis());
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "This driver does not support network timeouts", e);
        }
        return connection;
    }

    /**
     * Returns if the work may be tried again: after a collision, or if the connection may have died idle. Else throws.
     */
    private void again(SQLException e, int attempt) throws SQLException {
        SqlFailure failure = SqlFailure.of(e);
        if (attempt == ATTEMPTS || (failure == SqlFailure.LOST && attempt > 1)) {
            throw e;
        }
        if (failure == SqlFailure.LOST) {
            connections.forget();
        } else if (failure != SqlFailure.COLLISION) {
            throw e;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        connections.close();
    }
}
