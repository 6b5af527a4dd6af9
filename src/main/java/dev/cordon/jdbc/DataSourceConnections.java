package dev.cordon.jdbc;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.regex.Pattern;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** The connections of a data source, which pools and checks them itself. */
final class DataSourceConnections implements Connections {
    private static final System.Logger LOG = System.getLogger(DataSourceConnections.class.getName());

    private static final Pattern LOCAL = Pattern.compile("(java:(comp|module|app|global)/)?[A-Za-z0-9_/.-]+");

    private final DataSource source;
    /** The pool's physical connections whose lock timeout is set. */
    private final Set<Connection> bounded = Collections.newSetFromMap(new WeakHashMap<>());

    DataSourceConnections(DataSource source) {
        this.source = source;
    }

    /** Looks up the data source. The operator gives the name, and {@link #LOCAL} rejects remote directories. */
    @SuppressWarnings("BanJNDI")
    static DataSourceConnections lookedUp(String name) {
        if (!LOCAL.matcher(name).matches()) {
            throw new JdbcSettingException("cordon.jdbc.data-source is '" + name
                    + "' but must be a name such as jdbc/cordon or java:app/jdbc/cordon");
        }
        try {
            Object found = InitialContext.doLookup(name);
            if (found instanceof DataSource source) {
                return new DataSourceConnections(source);
            }
        } catch (NamingException e) {
            LOG.log(Level.DEBUG, "Looking up the data source failed", e);
        }
        throw new JdbcSettingException("cordon.jdbc.data-source is '" + name
                + "' but the server has no data source of that name: create it (docs/database.md),"
                + " or set cordon.jdbc.url, user and password");
    }

    @Override
    public Connection take() throws SQLException {
        Connection taken = H2Dialect.withoutOldResults(source.getConnection());
        try {
            bound(taken);
            return taken;
        } catch (SQLException e) {
            taken.close();
            throw e;
        }
    }

    /** Sets the lock timeout once per physical connection, or at each use if the pool does not show it. */
    private void bound(Connection taken) throws SQLException {
        Connection made = taken.isWrapperFor(Connection.class) ? taken.unwrap(Connection.class) : taken;
        synchronized (bounded) {
            if (bounded.contains(made)) {
                return;
            }
        }
        PostgresDialect.boundLocks(taken);
        synchronized (bounded) {
            bounded.add(made);
        }
    }

    @Override
    public void giveBack(Connection connection, boolean broken) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "Returning a connection to the data source failed", e);
        }
    }

    @Override
    public void forget() {}

    @Override
    public void close() {}
}
