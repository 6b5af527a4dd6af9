package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The examples of docs/transactions.md set a database up, and publish in it. The outbox's are in {@link OutboxContract}. */
class TransactionExamplesTest {
    private static final Retention RETENTION =
            new Retention(256, 1024 * 1024, Duration.ofMinutes(10), 64L * 1024 * 1024);

    private final String name = "shop_" + ProcessHandle.current().pid();
    private final String url = Postgres.shared().url().replace("/postgres?user=postgres", "/" + name);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void create() {
        Postgres.shared().run("CREATE DATABASE " + name);
    }

    @AfterEach
    void drop() {
        Postgres.shared().run("DROP DATABASE " + name + " WITH (FORCE)");
        Postgres.shared().run("DROP ROLE IF EXISTS cordon, shop");
    }

    private PGSimpleDataSource as(String user, String password) {
        PGSimpleDataSource made = new PGSimpleDataSource();
        made.setUrl(url);
        made.setUser(user);
        made.setPassword(password);
        return made;
    }

    private void run(String user, String password, String sql) throws SQLException {
        try (Connection connection = as(user, password).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> messages(JdbcUserLog log) {
        return log.history(Channel.parse("#bob"), Optional.empty(), -1).publications().stream()
                .map(publication -> publication.payload().text())
                .toList();
    }

    @Test
    @DisplayName("a role with the least rights publishes by SQL, and the Java classes publish in the transaction")
    void theExamplesRun() throws Exception {
        List<String> sql = DocumentedShop.blocks("sql");
        run("postgres", "postgres", sql.get(1));
        JdbcSettings node = new JdbcSettings("none", Optional.of(url), Optional.of("cordon"), Optional.of("change-me"));
        try (JdbcUserLog log = JdbcUserLog.open(node, () -> RETENTION, Clock.systemUTC(), Duration.ofMinutes(5))) {
            run(
                    "postgres",
                    "postgres",
                    "CREATE ROLE shop LOGIN PASSWORD 'shop';"
                            + "CREATE TABLE orders (id bigint PRIMARY KEY, owner text, state text);"
                            + "INSERT INTO orders VALUES (4711, 'bob', 'new'), (4712, '', 'new');"
                            + "GRANT SELECT, UPDATE ON orders TO shop");
            assertThatThrownBy(() -> run("shop", "shop", sql.get(0))).hasMessageContaining("permission denied");
            run("postgres", "postgres", sql.get(2));

            run("shop", "shop", sql.get(0));
            assertThat(messages(log)).containsExactly("{\"order\":4711,\"state\":\"shipped\"}");

            try (Connection transaction = as("shop", "shop").getConnection();
                    URLClassLoader classes = new URLClassLoader(new URL[] {
                        DocumentedShop.compile(folder, source -> source).toUri().toURL()
                    })) {
                transaction.setAutoCommit(false);
                Object orders = orders(classes, transaction);
                ship(orders, 4711);
                transaction.rollback();
                assertThatThrownBy(() -> ship(orders, 4712))
                        .rootCause()
                        .hasMessageContaining("cordon_publish: user is empty");
                transaction.rollback();
                assertThat(messages(log)).hasSize(1);
                ship(orders, 4711);
                transaction.commit();
            }
            assertThat(messages(log)).hasSize(2);
        }
    }

    private static Object orders(ClassLoader classes, Connection transaction) throws Exception {
        Object shop = TransactionPublisherTest.enlisted(transaction);
        Object publishers =
                classes.loadClass("Publishers").getDeclaredConstructor().newInstance();
        set(publishers, "shop", shop);
        Object orders = classes.loadClass("Orders").getDeclaredConstructor().newInstance();
        set(orders, "shop", shop);
        set(orders, "publisher", publishers.getClass().getMethod("publisher").invoke(publishers));
        return orders;
    }

    private static void set(Object of, String field, Object value) throws ReflectiveOperationException {
        Field injected = of.getClass().getDeclaredField(field);
        injected.setAccessible(true);
        injected.set(of, value);
    }

    private static void ship(Object orders, long order) throws ReflectiveOperationException {
        orders.getClass().getMethod("ship", long.class).invoke(orders, order);
    }
}
