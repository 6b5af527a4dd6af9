package dev.cordon.jdbc;

import dev.cordon.log.LogUnavailableException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A database with the log's schema, and a watch that notices when a lost database is back, keeps a clock at its time, and
 * keeps the rules of publishes by SQL.
 */
final class Store implements AutoCloseable {
    /** Maximum wait of a caller. The browser SDK gives a command 5 seconds. */
    static final Duration BUDGET = Duration.ofSeconds(3);

    private static final Duration WATCH = Duration.ofMillis(500);
    /** Looks of the watch between two comparisons of the clocks and of the rules: 20 seconds. */
    private static final int COMPARE = 40;

    private static final System.Logger LOG = System.getLogger(Store.class.getName());

    private final Connections connections;
    private final Database database;
    private final ScheduledExecutorService watch;
    private volatile @Nullable Dialect dialect;
    private volatile @Nullable DatabaseClock clock;
    private volatile @Nullable PublishRules rules;
    /** Looks of the watch at an available database. Confined to the watch. */
    private int looks;

    private Store(Connections connections, Duration budget) {
        this.connections = connections;
        this.database = new Database(connections, budget, new Availability());
        this.watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "cordon-log-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    static Store open(Connections connections) {
        return open(connections, BUDGET);
    }

    /** @throws JdbcSettingException if the settings are wrong, so that waiting would not help */
    static Store open(Connections connections, Duration budget) {
        Store store = new Store(connections, budget);
        try {
            store.prepare();
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.SETTING || SqlFailure.of(e) == SqlFailure.REJECTED) {
                store.close();
                throw new JdbcSettingException("the log's database rejects Cordon: " + SqlFailure.logMessage(e)
                        + " (check cordon.jdbc.url, user and password, or the data source)");
            }
            store.database.availability().lose(SqlFailure.publicMessage(e), SqlFailure.logMessage(e));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        long period = WATCH.toMillis();
        ScheduledFuture<?> unused =
                store.watch.scheduleWithFixedDelay(store::probe, period, period, TimeUnit.MILLISECONDS);
        return store;
    }

    Database database() {
        return database;
    }

    /** The database's dialect. Call it only after the database has been reached. */
    Dialect dialect() {
        return Objects.requireNonNull(dialect);
    }

    /** Empty until the database has been reached. */
    Optional<Dialect> knownDialect() {
        return Optional.ofNullable(dialect);
    }

    Connections connections() {
        return connections;
    }

    /** Keeps a clock at the database's time: from now on, or from when the database can be reached. */
    void keep(DatabaseClock of) {
        clock = of;
        if (dialect != null) {
            try {
                database.read(of::compare);
            } catch (LogUnavailableException e) {
                LOG.log(Level.DEBUG, "The time of the log's database is not known yet", e);
            }
        }
    }

    /** Keeps the rules of publishes by SQL in a database of PostgreSQL: from now on, or from when it can be reached. */
    void keep(PublishRules of) {
        rules = of;
        if (dialect != null) {
            try {
                keepRules();
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "The rules of publishes by SQL are not kept yet", e);
            }
        }
    }

    private void keepRules() throws SQLException {
        PublishRules of = rules;
        if (of == null || !(dialect instanceof PostgresDialect)) {
            return;
        }
        boolean kept = false;
        try {
            database.transaction(of::keep);
            kept = true;
        } finally {
            if (!kept) {
                of.writeAgain();
            }
        }
    }

    private void prepare() throws SQLException {
        Dialect of = database.transaction(connection -> {
            if (connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
                throw new JdbcSettingException("the log's connections must be READ COMMITTED, which is the default of"
                        + " PostgreSQL and H2: take another isolation level out of the URL, pool or database");
            }
            Dialect found = Dialect.of(connection);
            List<String> faults = found.faults(connection);
            if (!faults.isEmpty()) {
                throw new JdbcSettingException(faults.get(0));
            }
            Migrator.migrate(connection, found);
            return found;
        });
        dialect = of;
    }

    private void probe() {
        DatabaseClock kept = clock;
        try {
            if (database.availability().lost().isPresent()) {
                connections.forget();
                if (dialect == null) {
                    prepare();
                }
                database.transaction(Store::canWrite);
                if (kept != null) {
                    database.transaction(kept::compare);
                }
                PublishRules told = rules;
                if (told != null) {
                    // It may be another database, such as a restored one.
                    told.writeAgain();
                }
                keepRules();
                database.availability().regain();
            } else if (++looks % COMPARE == 0) {
                if (kept != null) {
                    database.read(kept::compare);
                }
                keepRules();
            }
        } catch (SQLException | RuntimeException e) {
            LOG.log(Level.DEBUG, "The log's database is not back", e);
        }
    }

    /** Whether the database accepts writes: a read-only server cannot hold the log. */
    private static boolean canWrite(Connection connection) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement("UPDATE cordon_log SET floor_seq = floor_seq")) {
            return write.executeUpdate() == 1;
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
        database.close();
    }
}
