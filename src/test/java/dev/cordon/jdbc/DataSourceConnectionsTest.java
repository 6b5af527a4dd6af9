package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataSourceConnectionsTest {
    private final List<Connection> given = new ArrayList<>();

    private DataSourceConnections connections() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(TestDatabase.h2().fresh());
        source.setUser("sa");
        return new DataSourceConnections(noting(source));
    }

    private DataSource noting(DataSource source) {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    Object result = method.invoke(source, arguments);
                    given.add((Connection) result);
                    return result;
                });
    }

    @Test
    void returnsEachConnectionToItsPool() throws SQLException {
        DataSourceConnections connections = connections();
        Connection taken = connections.take();
        try (Statement statement = taken.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }

        connections.giveBack(taken, false);

        assertThat(taken.isClosed()).isTrue();
        assertThat(given).containsExactly(taken);
        assertThat(connections.take()).isNotSameAs(taken);
    }

    /** A pooled connection of an unknown database, which answers as the test says. */
    private static Connection pooled(Connection physical, List<String> calls, String failing) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    calls.add(method.getName());
                    if (method.getName().equals(failing)) {
                        throw new SQLException("no " + failing);
                    }
                    return switch (method.getName()) {
                        case "isWrapperFor" -> true;
                        case "unwrap" -> physical;
                        default -> invoked(physical, method, arguments);
                    };
                });
    }

    private static Object invoked(Object on, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static DataSource giving(Connection connection) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, arguments) -> connection);
    }

    @Test
    void setsTheLockTimeoutOncePerPhysicalConnection() throws SQLException {
        try (Connection physical = TestDatabase.connect(TestDatabase.h2().fresh())) {
            List<String> calls = new ArrayList<>();
            DataSourceConnections connections = new DataSourceConnections(giving(pooled(physical, calls, "")));

            connections.take();
            long first = calls.stream().filter("getMetaData"::equals).count();
            connections.take();

            assertThat(first)
                    .as("for the old results, and for the lock timeout")
                    .isEqualTo(2);
            assertThat(calls.stream().filter("getMetaData"::equals).count()).isEqualTo(3);
        }
    }

    @Test
    void returnsAConnectionThatCannotBePrepared() throws SQLException {
        try (Connection physical = TestDatabase.connect(TestDatabase.h2().fresh())) {
            List<String> calls = new ArrayList<>();
            DataSourceConnections connections =
                    new DataSourceConnections(giving(pooled(physical, calls, "isWrapperFor")));

            assertThatThrownBy(connections::take).hasMessage("no isWrapperFor");

            assertThat(calls).endsWith("close");
        }
    }

    @Test
    void aConnectionThatCannotBeReturnedDoesNoHarm() {
        List<String> calls = new ArrayList<>();
        try (Connection physical = TestDatabase.connect(TestDatabase.h2().fresh())) {
            DataSourceConnections connections = new DataSourceConnections(giving(physical));
            assertThatCode(() -> connections.giveBack(pooled(physical, calls, "close"), true))
                    .doesNotThrowAnyException();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        assertThat(calls).containsExactly("close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ldap://evil/x", "rmi:x", "java:evil/x", ""})
    void looksUpNoNameOutsideTheServer(String name) {
        assertThatThrownBy(() -> DataSourceConnections.lookedUp(name))
                .isInstanceOf(JdbcSettingException.class)
                .hasMessageContaining("must be a name such as jdbc/cordon");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc/cordon", "java:app/jdbc/cordon", "java:comp/env"})
    void tellsThatThereIsNoSuchDataSource(String name) {
        assertThatThrownBy(() -> DataSourceConnections.lookedUp(name))
                .isInstanceOf(JdbcSettingException.class)
                .hasMessageContaining("has no data source of that name");
    }
}
