package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.jdbc.ServerUnderTest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log in PostgreSQL, under a real server: through the loss of the database, and through the server's own restart. */
class LogIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    private static @Nullable ServerUnderTest database;

    @BeforeAll
    static void start() {
        database = new ServerUnderTest(folder.resolve("pg"));
    }

    @AfterAll
    static void stop() {
        if (database != null) {
            database.close();
        }
    }

    private static ServerUnderTest database() {
        if (database == null) {
            throw new IllegalStateException("not started");
        }
        return database;
    }

    private static Map<String, String> settings(ServerUnderTest database) {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_LOG", "jdbc");
        settings.put("CORDON_JDBC_URL", database.url());
        settings.put("CORDON_JDBC_USER", "postgres");
        settings.put("CORDON_JDBC_PASSWORD", "postgres");
        return settings;
    }

    private static HttpResponse<String> publish(Cordon cordon, String data, String key) {
        return publish(cordon, "bob", data, key);
    }

    private static HttpResponse<String> publish(Cordon cordon, String user, String data, String key) {
        return cordon.api(
                "publish", "{\"channel\":\"#" + user + "\",\"data\":" + data + ",\"idempotency_key\":\"" + key + "\"}");
    }

    private static String connect(String token, String subs) {
        return "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"" + subs + "}}";
    }

    @Test
    @DisplayName(
            "F20 F28 L1 O3 a server whose database is down at the start becomes ready with it; the database goes and comes back,"
                    + " the server restarts: connections stay, nothing acknowledged is lost or doubled")
    void survivesTheLossOfTheDatabaseAndARestart() throws Exception {
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("own"))) {
            database.stop();
            String epoch;
            try (MicroServer server = MicroServer.start(settings(database), "-Xmx512m")) {
                waitForADatabaseThatIsDownAtTheStart(database, server);
                Cordon cordon = new Cordon(server.base());
                String first = publish(cordon, "1", "k1").body();
                epoch = first.replaceAll(".*\"epoch\":\"([^\"]+)\".*", "$1");
                assertThat(first).contains("\"offset\":1");
                try (RawSocket bob = RawSocket.connected(cordon, cordon.token("bob"));
                        RawSocket backEnd = RawSocket.connected(cordon, cordon.token("back-end", "publisher"))) {
                    long lost = lines(server, "database is lost");
                    long back = lines(server, "database is back");
                    lose(database, cordon, bob, backEnd);
                    regain(database, server, bob, backEnd);
                    assertThat(lines(server, "database is lost")).isEqualTo(lost + 1);
                    assertThat(lines(server, "database is back")).isEqualTo(back + 1);
                    assertThat(server.log()).doesNotContain("\tat ");
                    commitLate(database, cordon);
                }
            }
            try (MicroServer server =
                    MicroServer.start(settings(database), "-Xmx512m").ready()) {
                Cordon cordon = new Cordon(server.base());
                assertThat(publish(cordon, "1", "k1").body()).contains("\"offset\":1,\"epoch\":\"" + epoch + "\"");
                try (RawSocket bob = RawSocket.open(cordon.socket())) {
                    bob.send(connect(
                            cordon.token("bob"),
                            ",\"subs\":{\"#bob\":{\"recover\":true,\"offset\":2,\"epoch\":\"" + epoch + "\"}}"));
                    assertThat(bob.next())
                            .contains("\"recovered\":true", "{\"offset\":3,\"data\":\"back\"}")
                            .doesNotContain("\"offset\":2,\"data\"");
                }
            }
        }
    }

    private static long lines(MicroServer server, String text) {
        return server.log().lines().filter(line -> line.contains(text)).count();
    }

    /** It is not ready, says why, and becomes ready with the database. */
    private static void waitForADatabaseThatIsDownAtTheStart(ServerUnderTest database, MicroServer server) {
        await().atMost(Duration.ofMinutes(2)).until(() -> server.status("connection/websocket") == 426);
        assertThat(new Cordon(server.base()).get("health/ready").body())
                .contains("cannot be used: see the server's log")
                .doesNotContain("127.0.0.1");
        assertThat(server.log()).contains("The log's database is lost: Connection to 127.0.0.1:");
        assertThat(server.log()).doesNotContain("\tat ");

        database.startAgain();

        await().atMost(Duration.ofSeconds(30)).until(() -> server.status("health/ready") == 200);
    }

    private static void lose(ServerUnderTest database, Cordon cordon, RawSocket bob, RawSocket backEnd) {
        database.stop();

        HttpResponse<String> rejected = publish(cordon, "2", "k2");
        assertThat(rejected.statusCode()).isEqualTo(503);
        assertThat(rejected.body())
                .startsWith("{\"error\":{\"code\":108,\"message\":\"the log is not available: try again")
                .doesNotContain("127.0.0.1", database.port());
        assertThat(rejected.headers().firstValue("Retry-After")).contains("1");
        assertThat(cordon.api("broadcast", "{\"channels\":[\"#a\",\"#b\"],\"data\":1}")
                        .statusCode())
                .isEqualTo(503);
        assertThat(cordon.api("history", "{\"channel\":\"#bob\"}").statusCode()).isEqualTo(503);
        HttpResponse<String> ready = awaitNotReady(cordon);
        assertThat(ready.body()).contains("\"log\"", "reason").doesNotContain("127.0.0.1", database.port());
        assertThat(cordon.get("metrics").statusCode()).isIn(200, 401);
        assertThat(cordon.api("info", "{}").body()).doesNotContain(database.port());
        backEnd.send("{\"id\":7,\"publish\":{\"channel\":\"#bob\",\"data\":7}}");
        assertThat(backEnd.next())
                .isEqualTo("{\"id\":7,\"error\":{\"code\":108,\"message\":\"not available now\",\"temporary\":true}}");
        try (RawSocket late = RawSocket.open(cordon.socket())) {
            late.send(connect(cordon.token("carol"), ""));
            assertThat(late.next()).contains("\"code\":108").contains("\"temporary\":true");
            assertThat(late.closed().code()).isEqualTo(3011);
        }
        bob.send("{\"id\":5,\"subscribe\":{\"channel\":\"t#bob\"}}");
        assertThat(bob.next()).contains("\"code\":108").contains("\"temporary\":true");
        bob.send("{\"id\":6,\"rpc\":{\"method\":\"echo\",\"data\":1}}");
        assertThat(bob.next()).isEqualTo("{\"id\":6,\"rpc\":{\"data\":1}}");
    }

    /** The node says so after its grace, not at once. */
    private static HttpResponse<String> awaitNotReady(Cordon cordon) {
        return await().atMost(Duration.ofSeconds(30))
                .until(() -> cordon.get("health/ready"), ready -> ready.statusCode() == 503);
    }

    private static void regain(ServerUnderTest database, MicroServer server, RawSocket bob, RawSocket backEnd) {
        database.startAgain();

        await().atMost(Duration.ofSeconds(30)).until(() -> server.status("health/ready") == 200);
        assertThat(publish(new Cordon(server.base()), "2", "k2").body()).contains("\"offset\":2", "\"connections\":1");
        assertThat(bob.next()).contains("\"offset\":2,\"data\":2");
        backEnd.send("{\"id\":8,\"publish\":{\"channel\":\"#bob\",\"data\":\"back\"}}");
        assertThat(backEnd.next()).isEqualTo("{\"id\":8,\"publish\":{}}");
        assertThat(bob.next()).contains("\"offset\":3,\"data\":\"back\"");
        assertThat(bob.isClosed()).isFalse();
    }

    /** L1: one commit is held for longer than its publisher waits, and lands after the readers have looked. */
    private static void commitLate(ServerUnderTest database, Cordon cordon) throws SQLException {
        try (Connection other = database.connect();
                Statement statement = other.createStatement();
                RawSocket erin = RawSocket.connected(cordon, cordon.token("erin"))) {
            statement.execute("CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$ BEGIN"
                    + " IF NEW.payload = convert_to('\"held\"', 'UTF8') THEN PERFORM pg_advisory_xact_lock(16); END IF;"
                    + " RETURN NULL; END $$");
            statement.execute("CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON cordon_publication"
                    + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold()");
            statement.execute("SELECT pg_advisory_lock(16)");
            assertThat(publish(cordon, "erin", "\"held\"", "k-held").statusCode())
                    .isEqualTo(503);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> publish(cordon, "frank", "1", "k-back").statusCode() == 200);
            statement.execute("SELECT pg_advisory_unlock(16)");
            await().atMost(Duration.ofSeconds(30)).until(() -> stored(statement));

            assertThat(publish(cordon, "erin", "\"held\"", "k-held").body()).contains("\"offset\":1");

            assertThat(erin.next()).contains("{\"offset\":1,\"data\":\"held\"}");
            statement.execute("DROP FUNCTION hold CASCADE");
        }
    }

    private static boolean stored(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "SELECT 1 FROM cordon_publication WHERE payload = convert_to('\"held\"', 'UTF8')")) {
            return row.next();
        }
    }

    private static void assertServes(Map<String, String> own, Consumer<MicroServer> meanwhile, String... resource) {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_LOG", "jdbc");
        settings.putAll(own);
        try (MicroServer server =
                MicroServer.start(settings, List.of(resource), "-Xmx512m").ready()) {
            Cordon cordon = new Cordon(server.base());
            // The database may be the one of the other tests.
            assertThat(publish(cordon, "dan", "1", "k-source").body()).contains("\"connections\":0");
            assertThat(cordon.api("history", "{\"channel\":\"#dan\",\"limit\":-1}")
                            .body())
                    .contains("\"data\":1}");
            meanwhile.accept(server);
        }
    }

    @Test
    void aDataSourceOfTheServerWorksAsWell() {
        assertServes(
                Map.of("CORDON_H2_URL", "jdbc:h2:" + folder.toAbsolutePath().resolve("h2") + ";WRITE_DELAY=0"),
                server -> {},
                "--postbootcommandfile",
                "payara-config/h2.asadmin");
    }

    /** The server's own pool logs nothing: one line reports the loss. */
    private static void loseAndRegain(MicroServer server) {
        Cordon cordon = new Cordon(server.base());
        database().stop();
        HttpResponse<String> rejected = publish(cordon, "dan", "2", "k-lost");
        assertThat(rejected.statusCode()).isEqualTo(503);
        assertThat(rejected.body()).doesNotContain("127.0.0.1", database().port());
        assertThat(awaitNotReady(cordon).body())
                .doesNotContain("127.0.0.1", database().port());
        database().startAgain();
        await().atMost(Duration.ofSeconds(60)).until(() -> server.status("health/ready") == 200);
        assertThat(publish(cordon, "dan", "2", "k-lost").statusCode()).isEqualTo(200);
        assertThat(server.log().lines().filter(line -> line.contains("SEVERE")))
                .singleElement()
                .asString()
                .contains("The log's database is lost");
        assertThat(server.log()).doesNotContain("\tat ");
    }

    @Test
    @DisplayName("O3: a data source for PostgreSQL works as well, and its loss is one log line without a stack trace")
    void aDataSourceForPostgresWorksAsWell() {
        assertServes(
                Map.of(
                        "PGHOST", "127.0.0.1",
                        "PGPORT", database().port(),
                        "PGDATABASE", "postgres",
                        "PGUSER", "postgres",
                        "PGPASSWORD", "postgres"),
                LogIT::loseAndRegain,
                MicroServer.postgres().toArray(String[]::new));
    }
}
