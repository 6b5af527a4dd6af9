package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UrlConnectionsTest {
    private final String url = TestDatabase.h2().fresh();
    private final UrlConnections connections = UrlConnections.to(url, Optional.of("sa"), Optional.of(""));

    @AfterEach
    void close() {
        connections.close();
    }

    @Test
    void keepsAConnectionAndTakesTheLastOneFirst() throws SQLException {
        Connection first = connections.take();
        Connection second = connections.take();
        connections.giveBack(first, false);
        connections.giveBack(second, false);

        assertThat(connections.take()).isSameAs(second);
        assertThat(connections.take()).isSameAs(first);
        assertThat(connections.take()).isNotIn(first, second);
    }

    @Test
    void closesABrokenConnection() throws SQLException {
        Connection broken = connections.take();
        connections.giveBack(broken, true);

        assertThat(broken.isClosed()).isTrue();
        assertThat(connections.take()).isNotSameAs(broken);
    }

    @Test
    void closesItsIdleConnectionsWhenTheDatabaseIsLost() throws SQLException {
        Connection first = connections.take();
        Connection second = connections.take();
        connections.giveBack(first, false);
        connections.giveBack(second, false);

        connections.forget();

        assertThat(first.isClosed()).isTrue();
        assertThat(second.isClosed()).isTrue();
        assertThat(connections.take().isClosed()).isFalse();
    }

    @Test
    void keepsNothingAfterItsEnd() throws SQLException {
        Connection idle = connections.take();
        Connection inUse = connections.take();
        connections.giveBack(idle, false);

        connections.close();
        connections.giveBack(inUse, false);

        assertThat(idle.isClosed()).isTrue();
        assertThat(inUse.isClosed()).isTrue();
    }

    @Test
    void replacesTheConnectionsThatDiedWhileUnused() throws SQLException {
        Connection older = connections.take();
        Connection dead = connections.take();
        connections.giveBack(older, false);
        connections.giveBack(dead, false);
        long from = System.nanoTime();
        dead.close();
        await().until(() -> System.nanoTime() - from > 60_000_000);

        Connection taken = connections.take();

        assertThat(taken.isClosed()).isFalse();
        assertThat(taken).isNotSameAs(older);
        assertThat(older.isClosed()).as("idle for even longer").isTrue();
    }

    @Test
    void keepsAConnectionThatIsAliveAfterALongRest() throws SQLException {
        Connection alive = connections.take();
        connections.giveBack(alive, false);
        long from = System.nanoTime();
        await().until(() -> System.nanoTime() - from > 60_000_000);

        assertThat(connections.take()).isSameAs(alive);
    }

    @Test
    void usesTheNameAndThePassword() throws SQLException {
        try (Connection connection = connections.take();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER USER sa SET PASSWORD 'right'");
            UrlConnections right = UrlConnections.to(url, Optional.of("sa"), Optional.of("right"));
            right.take().close();
            for (UrlConnections wrong : new UrlConnections[] {
                UrlConnections.to(url, Optional.of("sa"), Optional.of("wrong")),
                UrlConnections.to(url, Optional.of("other"), Optional.of("right"))
            }) {
                assertThatThrownBy(wrong::take).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void rejectsAnotherDatabase() {
        assertThatThrownBy(() -> UrlConnections.to("jdbc:mysql://x/y", Optional.empty(), Optional.empty()))
                .isInstanceOf(JdbcSettingException.class)
                .hasMessageContaining("must begin with jdbc:postgresql: or jdbc:h2:");
        assertThatThrownBy(
                        () -> UrlConnections.to("jdbc:postgresql://host:99999/d", Optional.empty(), Optional.empty()))
                .isInstanceOf(JdbcSettingException.class)
                .hasMessageContaining("is not valid for its driver");
    }
}
