package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.jdbc.ServerUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applications publish by SQL in their own transactions, on a real server with a log in PostgreSQL, both of which are
 * killed meanwhile. Each transaction also counts its message in a table of the application: afterwards the table, the log
 * and what was received must say the same.
 */
class TransactionIT {
    private static final int USERS = 4;
    private static final int TRANSACTIONS = 10_000;
    private static final Pattern MESSAGE = Pattern.compile("\\{\"offset\":(\\d+),\"data\":\"([a-z]\\d+)\"}");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final AtomicReference<Cordon> cordon = new AtomicReference<>();
    private final AtomicInteger committed = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();

    private static Map<String, String> settings(ServerUnderTest database) {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_LOG", "jdbc");
        settings.put("CORDON_JDBC_URL", database.url());
        settings.put("CORDON_JDBC_USER", "postgres");
        settings.put("CORDON_JDBC_PASSWORD", "postgres");
        settings.put("CORDON_HISTORY_SIZE", "1000000");
        settings.put("CORDON_HISTORY_MAX_BYTES", "256MiB");
        settings.put("CORDON_HISTORY_TTL", "PT1H");
        return settings;
    }

    private MicroServer server(ServerUnderTest database, String... microOptions) {
        MicroServer server = MicroServer.start(settings(database), List.of(microOptions), "-Xmx512m")
                .ready();
        cordon.set(new Cordon(server.base()));
        return server;
    }

    /** The node that runs now. */
    private Cordon cordon() {
        return Objects.requireNonNull(cordon.get());
    }

    @Test
    @DisplayName(
            "10,000 transactions, some rolled back, beside publishes over HTTP, while PostgreSQL and the node are killed:"
                    + " exactly the committed messages are in the log and are received, in order, once")
    void exactlyTheCommittedMessages() throws Exception {
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"))) {
            MicroServer server = server(database);
            try {
                prepare(database);
                List<Follower> followers =
                        IntStream.range(0, USERS).mapToObj(Follower::new).toList();
                followers.forEach(Follower::connect);
                List<CompletableFuture<Void>> readers = followers.stream()
                        .map(follower -> CompletableFuture.runAsync(follower::follow, TransactionIT::onThread))
                        .toList();
                List<CompletableFuture<Void>> applications = IntStream.range(0, 4)
                        .mapToObj(n -> CompletableFuture.runAsync(
                                () -> transactions(database, new Random(n)), TransactionIT::onThread))
                        .toList();
                CompletableFuture<Map<Integer, List<String>>> backEnd =
                        CompletableFuture.supplyAsync(this::publishes, TransactionIT::onThread);

                awaitCommitted(TRANSACTIONS / 3);
                database.kill();
                database.startAgain();
                awaitCommitted(TRANSACTIONS * 2 / 3);
                assertThat(cordon().metric("cordon_cluster_transactions_heard_total"))
                        .as("the node is woken by the transactions")
                        .isPositive();
                ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
                server.close();
                server = server(database, "--deploymentdir", shop(database));

                for (CompletableFuture<Void> each : applications) {
                    each.get(5, TimeUnit.MINUTES);
                }
                ended.set(true);
                Map<Integer, List<String>> byHttp = backEnd.get(1, TimeUnit.MINUTES);
                assertThat(unknown.get()).as("the kill met transactions").isPositive();
                for (Follower follower : followers) {
                    check(database, follower, Objects.requireNonNull(byHttp.get(follower.user)));
                }
                followers.forEach(Follower::leave);
                for (CompletableFuture<Void> reader : readers) {
                    reader.get(1, TimeUnit.MINUTES);
                }
                publishesInTheRunningTransaction(database, server);
                assertThat(server.log()).doesNotContain("\tat ");
            } finally {
                ended.set(true);
                server.close();
            }
        }
    }

    /** Returns the folder of another application for the same server, which has Cordon's client as a library. */
    private String shop(ServerUnderTest database) throws IOException {
        Path war = ShopWar.build(Files.createDirectories(folder.resolve("shop")), database.url());
        return Objects.requireNonNull(war.getParent()).toString();
    }

    /** The example of docs/transactions.md, in the server's own transactions. */
    private void publishesInTheRunningTransaction(ServerUnderTest database, MicroServer server) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id bigint PRIMARY KEY, owner text, state text)");
            statement.execute("INSERT INTO orders VALUES (1, 'carol', 'new'), (2, 'carol', 'new'), (3, '', 'new')");

            assertThat(server.status("shop/ship?order=1")).isEqualTo(204);
            assertThat(server.status("shop/ship?order=2&fail"))
                    .as("the application failed behind the publish")
                    .isEqualTo(409);
            assertThat(server.status("shop/ship?order=3"))
                    .as("the message was rejected")
                    .isEqualTo(409);

            assertThat(cordon().api("history", "{\"channel\":\"#carol\",\"limit\":-1}")
                            .body())
                    .contains("[{\"offset\":1,\"data\":{\"order\":1,\"state\":\"shipped\"}}]");
            try (ResultSet states = statement.executeQuery("SELECT string_agg(state, ',' ORDER BY id) FROM orders")) {
                states.next();
                assertThat(states.getString(1)).isEqualTo("shipped,new,new");
            }
        }
    }

    private static void onThread(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private void awaitCommitted(int count) {
        await().atMost(Duration.ofMinutes(5)).until(() -> committed.get() >= count);
    }

    private static void prepare(ServerUnderTest database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE account (owner int PRIMARY KEY, n int NOT NULL)");
            statement.execute("INSERT INTO account SELECT g, 0 FROM generate_series(0, " + (USERS - 1) + ") AS g");
        }
    }

    /** Transactions of an application. One whose outcome is unknown counts in the table if, and only if, it committed. */
    private void transactions(ServerUnderTest database, Random random) {
        for (int left = TRANSACTIONS / 4; left > 0; ) {
            try (Connection application = database.connect()) {
                application.setAutoCommit(false);
                for (; left > 0; left--) {
                    publish(application, random.nextInt(USERS));
                    if (random.nextInt(5) == 0) {
                        application.rollback();
                    } else {
                        application.commit();
                    }
                    committed.incrementAndGet();
                }
            } catch (SQLException e) {
                unknown.incrementAndGet();
                left--;
                Thread.onSpinWait();
            }
        }
    }

    private static void publish(Connection application, int user) throws SQLException {
        try (PreparedStatement count =
                        application.prepareStatement("UPDATE account SET n = n + 1 WHERE owner = ? RETURNING n");
                PreparedStatement publish = application.prepareStatement("SELECT cordon_publish(?, ?)")) {
            count.setInt(1, user);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                publish.setString(1, "#user" + user);
                publish.setString(2, "\"t" + row.getInt(1) + "\"");
                publish.execute();
            }
        }
    }

    /** Publishes over HTTP, each repeated with its key until it is answered 200. */
    private Map<Integer, List<String>> publishes() {
        Map<Integer, List<String>> stored = new ConcurrentHashMap<>();
        for (int n = 0; !ended.get(); n++) {
            int user = n % USERS;
            String id = "h" + n;
            await().atMost(Duration.ofMinutes(2)).until(() -> published(user, id));
            stored.computeIfAbsent(user, of -> new ArrayList<>()).add(id);
        }
        return stored;
    }

    private boolean published(int user, String id) {
        try {
            return cordon().api(
                                    "publish",
                                    "{\"channel\":\"#user" + user + "\",\"data\":\"" + id + "\",\"idempotency_key\":\""
                                            + id + "\"}")
                            .statusCode()
                    == 200;
        } catch (IllegalStateException e) {
            // The node is not there.
            return false;
        }
    }

    private void check(ServerUnderTest database, Follower follower, List<String> byHttp) throws SQLException {
        List<String> byTransaction = IntStream.rangeClosed(1, account(database, follower.user))
                .mapToObj(n -> "t" + n)
                .toList();
        int count = byTransaction.size() + byHttp.size();
        String history = cordon().api("history", "{\"channel\":\"#user" + follower.user + "\",\"limit\":-1}")
                .body();
        Map<Long, String> log = new java.util.TreeMap<>();
        List<String> messages = messages(history, log);
        assertThat(log.keySet())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, count).boxed().toList());
        assertThat(messages.stream().filter(id -> id.startsWith("t")))
                .as("in the log: the messages of committed transactions, in their order")
                .containsExactlyElementsOf(byTransaction);
        assertThat(messages.stream().filter(id -> id.startsWith("h"))).containsExactlyElementsOf(byHttp);
        await().atMost(Duration.ofSeconds(40)).until(() -> follower.received.size() >= count);
        assertThat(List.copyOf(follower.received))
                .as("received, in order, once")
                .containsExactlyElementsOf(messages);
    }

    private static List<String> messages(String json, Map<Long, String> byOffset) {
        List<String> ids = new ArrayList<>();
        for (Matcher found = MESSAGE.matcher(json); found.find(); ) {
            byOffset.put(Long.parseLong(found.group(1)), found.group(2));
            ids.add(found.group(2));
        }
        return ids;
    }

    private static int account(ServerUnderTest database, int user) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT n FROM account WHERE owner = " + user)) {
            row.next();
            return row.getInt(1);
        }
    }

    /** A client of one user that connects again whenever its socket ends, and resumes from its position. */
    private final class Follower {
        private static final Pattern POSITION = Pattern.compile("\"epoch\":\"([^\"]+)\",\"offset\":(\\d+)");

        private final int user;
        private final List<String> received = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final AtomicBoolean left = new AtomicBoolean();
        private String epoch = "";
        private long offset;
        private RawSocket socket;

        @SuppressWarnings("NullAway.Init")
        Follower(int user) {
            this.user = user;
        }

        void connect() {
            RawSocket opened = RawSocket.open(cordon().socket());
            String subs = epoch.isEmpty()
                    ? ""
                    : ",\"subs\":{\"#user" + user + "\":{\"recover\":true,\"offset\":" + offset + ",\"epoch\":\""
                            + epoch + "\"}}";
            opened.send("{\"id\":1,\"connect\":{\"token\":\"" + cordon().token("user" + user) + "\"" + subs + "}}");
            String reply = opened.next();
            Matcher position = POSITION.matcher(reply);
            if (!position.find()) {
                opened.close();
                throw new IllegalStateException("not connected: " + reply);
            }
            assertThat(reply).contains(epoch.isEmpty() ? "" : "\"recovered\":true");
            epoch = position.group(1);
            socket = opened;
            take(reply);
        }

        private void take(String text) {
            Map<Long, String> found = new java.util.TreeMap<>();
            messages(text, found);
            found.forEach((at, id) -> {
                received.add(id);
                offset = at;
            });
        }

        void follow() {
            while (!left.get()) {
                socket.rest().forEach(this::take);
                if (socket.isClosed()) {
                    socket.rest().forEach(this::take);
                    await().atMost(Duration.ofMinutes(2))
                            .ignoreException(IllegalStateException.class)
                            .ignoreException(java.util.concurrent.CompletionException.class)
                            .until(() -> {
                                connect();
                                return true;
                            });
                }
                Thread.onSpinWait();
            }
            socket.close();
        }

        void leave() {
            left.set(true);
        }
    }
}
