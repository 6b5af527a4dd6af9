package dev.cordon.it;

import dev.cordon.jdbc.ServerUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what a message costs that an application publishes beside a row of its own: in one transaction, or over HTTP
 * behind it. {@code ./mvnw -DskipTests -Dit.test=TransactionCost verify}. Not among the tests, because it takes its time
 * and asserts no figure. Writes {@code target/transaction-cost.txt}.
 */
class TransactionCost {
    private static final Duration TURN = Duration.ofSeconds(Integer.getInteger("cost.seconds", 4));
    private static final int ROUNDS = Integer.getInteger("cost.rounds", 3);
    private static final int USERS = 1_000;
    private static final String DATA = "{\"text\":\"" + "x".repeat(128) + "\"}";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** What an application does once. */
    @FunctionalInterface
    private interface Work {
        void once(Connection connection, int user) throws SQLException, IOException, InterruptedException;
    }

    /** One way, with its statements. */
    private record Way(String name, Work work) {}

    @Test
    void measure() throws Exception {
        List<String> lines = new ArrayList<>();
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"))) {
            Map<String, String> settings = new HashMap<>(Cordon.production());
            settings.put("CORDON_LOG", "jdbc");
            settings.put("CORDON_JDBC_URL", database.url());
            settings.put("CORDON_JDBC_USER", "postgres");
            settings.put("CORDON_JDBC_PASSWORD", "postgres");
            try (MicroServer server = MicroServer.start(settings, "-Xmx512m").ready();
                    Connection set = database.connect();
                    Statement statement = set.createStatement()) {
                statement.execute(
                        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner int)");
                URI publish = new Cordon(server.base()).base().resolve("api/publish");
                List<Way> ways = List.of(
                        new Way("the row alone", TransactionCost::row),
                        new Way("the row, then POST /api/publish", (connection, user) -> {
                            row(connection, user);
                            post(publish, user);
                        }),
                        new Way("the row and cordon_publish", TransactionCost::both));
                for (int round = 0; round <= ROUNDS; round++) {
                    for (int callers : new int[] {1, 8, 32}) {
                        for (Way way : ways) {
                            String line = turn(database, server, way, callers);
                            if (round > 0) {
                                lines.add(line);
                            }
                        }
                    }
                }
            }
        }
        lines.sort(String::compareTo);
        Files.write(Path.of("target/transaction-cost.txt"), lines);
        lines.forEach(System.out::println);
    }

    private static void row(Connection connection, int user) throws SQLException {
        insert(connection, user);
        connection.commit();
    }

    private static void insert(Connection connection, int user) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO orders (owner) VALUES (?)")) {
            insert.setInt(1, user);
            insert.executeUpdate();
        }
    }

    private static void both(Connection connection, int user) throws SQLException {
        insert(connection, user);
        try (PreparedStatement publish = connection.prepareStatement("SELECT cordon_publish(?, ?)")) {
            publish.setString(1, "#user" + user);
            publish.setString(2, DATA);
            publish.execute();
        }
        connection.commit();
    }

    private static void post(URI publish, int user) throws IOException, InterruptedException {
        int status = HTTP.send(
                        HttpRequest.newBuilder(publish)
                                .header("X-API-Key", Cordon.apiKey())
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"channel\":\"#user" + user + "\",\"data\":" + DATA + "}"))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
        if (status != 200) {
            throw new IOException("answered " + status);
        }
    }

    private static String turn(ServerUnderTest database, MicroServer server, Way way, int callers)
            throws InterruptedException, SQLException {
        Histogram nanos = new ConcurrentHistogram(3);
        List<Connection> connections = new ArrayList<>();
        for (int n = 0; n < callers; n++) {
            Connection connection = database.connect();
            connection.setAutoCommit(false);
            connections.add(connection);
        }
        Used before = Used.now(database, server);
        long end = System.nanoTime() + TURN.toNanos();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int n = 0; n < callers; n++) {
            int first = n;
            all.add(CompletableFuture.runAsync(
                    () -> call(way, connections.get(first), first, callers, end, nanos),
                    task -> new Thread(task).start()));
        }
        all.forEach(CompletableFuture::join);
        // Before the connections end, with whose processes the time of PostgreSQL would go.
        Used after = Used.now(database, server);
        for (Connection connection : connections) {
            connection.close();
        }
        long count = nanos.getTotalCount();
        return "%2d callers, %-32s %,6.0f/s; p50 %5.2f ms, p99 %6.2f ms; CPU: PostgreSQL %4.0f µs, node %4.0f µs"
                .formatted(
                        callers,
                        way.name() + ":",
                        count / (double) TURN.toSeconds(),
                        nanos.getValueAtPercentile(50) / 1e6,
                        nanos.getValueAtPercentile(99) / 1e6,
                        (after.postgres() - before.postgres()) / count,
                        (after.node() - before.node()) / count);
    }

    private static void call(Way way, Connection connection, int first, int step, long end, Histogram nanos) {
        try {
            for (int user = first; System.nanoTime() < end; user += step) {
                long from = System.nanoTime();
                way.work().once(connection, user % USERS);
                nanos.recordValue(System.nanoTime() - from);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Processor time so far, in microseconds. */
    private record Used(double postgres, double node) {
        static Used now(ServerUnderTest database, MicroServer server) {
            return new Used(
                    cpu(database.processes()),
                    cpu(Stream.of(ProcessHandle.of(server.pid()).orElseThrow())));
        }
    }

    private static double cpu(Stream<ProcessHandle> processes) {
        return processes
                .mapToDouble(process ->
                        process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e3)
                .sum();
    }
}
