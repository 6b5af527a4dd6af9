package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cordon.client.Publish;
import dev.cordon.client.TransactionException;
import dev.cordon.client.TransactionPublisher;
import dev.cordon.protocol.Channel;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The Java client's publisher in transactions, against the schema's function in PostgreSQL. */
class TransactionPublisherTest {
    private final TestDatabase database = TestDatabase.postgres();
    private final String url = database.fresh();
    private final String schema = url.replaceAll(".*currentSchema=", "");
    private final JdbcUserLog log = database.open(url, () -> TestCluster.RETENTION, Clock.systemUTC());

    @AfterEach
    void close() {
        database.close();
    }

    private DataSource dataSource() {
        PGSimpleDataSource made = new PGSimpleDataSource();
        made.setUrl(Postgres.shared().url());
        made.setPassword("postgres");
        return made;
    }

    private List<String> messages() {
        return log.history(Channel.parse("#bob"), Optional.empty(), -1).publications().stream()
                .map(publication -> publication.payload().text())
                .toList();
    }

    /** As a server's data source: all connections of the thread's transaction are one, whose commit is the server's. */
    static DataSource enlisted(Connection transaction) {
        InvocationHandler connection = (proxy, method, arguments) ->
                method.getName().equals("close") ? null : method.invoke(transaction, arguments);
        Connection handed = (Connection) Proxy.newProxyInstance(
                TransactionPublisherTest.class.getClassLoader(), new Class<?>[] {Connection.class}, connection);
        return (DataSource) Proxy.newProxyInstance(
                TransactionPublisherTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> handed);
    }

    @Test
    @DisplayName("a message is published if and only if the thread's transaction commits")
    void publishesWithTheTransaction() throws Exception {
        try (Connection transaction = dataSource().getConnection()) {
            transaction.setAutoCommit(false);
            TransactionPublisher publisher = new TransactionPublisher(enlisted(transaction), schema);
            publisher.publish("#bob", "1");
            assertThat(messages()).isEmpty();
            transaction.commit();
            publisher.publish("#bob", "2");
            transaction.rollback();
            publisher.publish(new Publish("#bob", "3").withKey("k"));
            publisher.publish(new Publish("#bob", "4").withKey("k"));
            transaction.commit();
        }

        assertThat(messages()).containsExactly("1", "3");
    }

    @Test
    @DisplayName("without a transaction a message is published at once, and the connection is given back")
    void publishesAtOnceWithoutATransaction() {
        List<Connection> taken = new ArrayList<>();
        DataSource source = dataSource();
        InvocationHandler remembered = (proxy, method, arguments) -> {
            Connection connection = (Connection) method.invoke(source, arguments);
            taken.add(connection);
            return connection;
        };
        TransactionPublisher publisher = new TransactionPublisher(
                (DataSource) Proxy.newProxyInstance(
                        TransactionPublisherTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, remembered),
                schema);

        publisher.publish("#bob", "1");
        assertThatThrownBy(() -> publisher.publish("#bob", "{")).isInstanceOf(TransactionException.class);
        publisher.publish("#bob", "2");

        assertThat(messages()).containsExactly("1", "2");
        assertThat(taken)
                .hasSize(3)
                .allSatisfy(each -> assertThat(each.isClosed()).isTrue());
    }

    @Test
    @DisplayName("a rejection has the function's state and message")
    void tellsARejection() {
        TransactionPublisher publisher = new TransactionPublisher(dataSource(), schema);

        TransactionException why =
                catchThrowableOfType(TransactionException.class, () -> publisher.publish("#bob", "{"));

        assertThat(why).hasMessageContaining("cordon_publish: data is not valid JSON");
        assertThat(why.sqlState()).isEqualTo("WS003");
        assertThat(why.rejected()).isTrue();
    }

    @Test
    @DisplayName("a text that UTF-8 cannot encode is rejected: it would become another user's name")
    void rejectsHalfASurrogatePair() {
        TransactionPublisher publisher = new TransactionPublisher(dataSource(), schema);

        assertThatThrownBy(() -> publisher.publish("#bob\ud800", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publisher.publish("#bob", "\"\ud800\"")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publisher.publish(new Publish("#bob", "1").withTags(Map.of("kind", "note"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no tags");
        assertThatThrownBy(() -> publisher.publish(new Publish("#bob", "1").withKey("\ud800")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("a transaction in which a message was rejected publishes nothing, although the driver says it commits")
    void aRejectionEndsTheTransaction() throws Exception {
        try (Connection transaction = dataSource().getConnection()) {
            transaction.setAutoCommit(false);
            TransactionPublisher publisher = new TransactionPublisher(enlisted(transaction), schema);
            publisher.publish("#bob", "1");
            assertThatThrownBy(() -> publisher.publish("bob", "2")).isInstanceOf(TransactionException.class);
            assertThatThrownBy(() -> publisher.publish("#bob", "3")).hasMessageContaining("aborted");
            transaction.commit();
        }

        assertThat(messages()).isEmpty();
    }

    @Test
    void rejectsASchemaThatIsNoName() {
        assertThatThrownBy(() -> new TransactionPublisher(dataSource(), "a\".b"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
