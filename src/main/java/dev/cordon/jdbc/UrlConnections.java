package dev.cordon.jdbc;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The connections of a driver, by URL. There are at most as many as the log has threads, so no caller waits. Each is
 * kept until it fails.
 */
final class UrlConnections implements Connections {
    private static final System.Logger LOG = System.getLogger(UrlConnections.class.getName());
    private static final Map<String, String> DRIVERS =
            Map.of("jdbc:postgresql:", "org.postgresql.Driver", "jdbc:h2:", "org.h2.Driver");

    /**
     * Nanoseconds after its last use for which a connection counts as alive. A connection idle for longer is validated,
     * in one round trip, because an append is not repeated when its connection turns out to be dead.
     */
    private static final long TRUSTED = Duration.ofMillis(50).toNanos();

    private static final int VALIDATION_SECONDS = 2;

    private final Driver driver;
    private final String url;
    private final Properties properties;
    private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /** @param since last use, as a moment of {@link System#nanoTime} */
    private record Idle(Connection connection, long since) {}

    private UrlConnections(Driver driver, String url, Properties properties) {
        this.driver = driver;
        this.url = url;
        this.properties = properties;
    }

    static UrlConnections to(String url, Optional<String> user, Optional<String> password) {
        String name = DRIVERS.entrySet().stream()
                .filter(entry -> url.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(
                        () -> new JdbcSettingException(
                                "cordon.jdbc.url must begin with jdbc:postgresql: or jdbc:h2:, such as jdbc:postgresql://host:5432/cordon"));
        Properties properties = new Properties();
        user.ifPresent(value -> properties.setProperty("user", value));
        password.ifPresent(value -> properties.setProperty("password", value));
        if (name.startsWith("org.postgresql")) {
            // In seconds. Values in the URL override these.
            properties.setProperty("connectTimeout", "2");
            properties.setProperty("loginTimeout", "3");
            properties.setProperty("socketTimeout", "10");
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("ApplicationName", "cordon");
            // Ends a wait for another session's lock before it looks like a lost database.
            // The second ends a transaction whose node has frozen or is cut off.
            properties.setProperty(
                    "options",
                    "-c lock_timeout=" + PostgresDialect.LOCK_TIMEOUT + " -c idle_in_transaction_session_timeout="
                            + PostgresDialect.IDLE_TIMEOUT);
        }
        Driver driver = driver(name);
        if (!reads(driver, url)) {
            throw unreadable();
        }
        return new UrlConnections(driver, url, properties);
    }

    private static boolean reads(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "The driver does not read the URL", e);
            return false;
        }
    }

    private static JdbcSettingException unreadable() {
        return new JdbcSettingException("cordon.jdbc.url is not valid for its driver: it must be like"
                + " jdbc:postgresql://host:5432/cordon or jdbc:h2:/path/cordon");
    }

    /** Creates the driver without {@code DriverManager}, which would keep the application in memory after its end. */
    private static Driver driver(String name) {
        try {
            return Class.forName(name, true, UrlConnections.class.getClassLoader())
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.log(Level.DEBUG, "No driver", e);
            throw new JdbcSettingException("cordon.jdbc.url needs the driver " + name
                    + ", which is missing: start Payara Micro with --addlibs <driver>.jar, or use asadmin add-library");
        }
    }

    @Override
    public Connection take() throws SQLException {
        Idle kept = idle.pollFirst();
        if (kept == null) {
            return connect();
        }
        if (System.nanoTime() - kept.since() < TRUSTED || kept.connection().isValid(VALIDATION_SECONDS)) {
            return kept.connection();
        }
        // The other idle connections have been idle for even longer.
        shut(kept.connection());
        forget();
        return connect();
    }

    private Connection connect() throws SQLException {
        Connection made = driver.connect(url, (Properties) properties.clone());
        if (made == null) {
            throw unreadable();
        }
        return H2Dialect.withoutOldResults(made);
    }

    @Override
    public void giveBack(Connection connection, boolean broken) {
        if (broken || closed) {
            shut(connection);
        } else {
            idle.addFirst(new Idle(connection, System.nanoTime()));
        }
    }

    @Override
    public void forget() {
        for (Idle kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            shut(kept.connection());
        }
    }

    @Override
    public void close() {
        closed = true;
        forget();
    }

    private static void shut(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "Closing a connection failed", e);
        }
    }
}
