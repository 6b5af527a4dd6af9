package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Append;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Transactions of applications, of which some are rolled back, beside the nodes' own publishes. Each transaction writes
 * into a table of the application what it publishes: afterwards table and log must say the same.
 */
class SqlPublishRaceTest {
    private static final int USERS = 12;
    private static final int THREADS = 6;
    private static final int TRANSACTIONS = 10_000;

    private final TestDatabase database = TestDatabase.postgres();
    private final String url = database.fresh();
    private final Retention retention =
            new Retention(1_000_000, 1L << 30, Duration.ofHours(1), 1L << 40, Duration.ofDays(1));
    private final AtomicInteger committed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @AfterEach
    void close() {
        database.close();
    }

    private JdbcUserLog node() {
        JdbcUserLog log = database.open(url, () -> retention, Clock.systemUTC());
        log.keepRules(() -> 65_536);
        return log;
    }

    @Test
    @DisplayName(
            "10,000 transactions with random rollbacks beside two nodes' publishes: exactly the committed messages, in order, once")
    void exactlyTheCommittedMessages() throws Exception {
        JdbcUserLog first = node();
        JdbcUserLog second = node();
        TestDatabase.run(
                url,
                "CREATE TABLE account (owner int PRIMARY KEY, n int NOT NULL)",
                "INSERT INTO account SELECT g, 0 FROM generate_series(0, " + (USERS - 1) + ") AS g");
        AtomicBoolean ended = new AtomicBoolean();
        List<CompletableFuture<List<List<String>>>> nodes = List.of(
                CompletableFuture.supplyAsync(() -> publish(first, "x", ended)),
                CompletableFuture.supplyAsync(() -> publish(second, "y", ended)));
        List<Thread> applications = IntStream.range(0, THREADS)
                .mapToObj(thread -> new Thread(() -> transactions(new Random(thread))))
                .toList();

        applications.forEach(Thread::start);
        for (Thread each : applications) {
            each.join();
        }
        ended.set(true);
        List<List<String>> byX = nodes.get(0).get();
        List<List<String>> byY = nodes.get(1).get();

        assertThat(failed).hasValue(0);
        assertThat(committed.get()).isGreaterThan(TRANSACTIONS / 2);
        for (int user = 0; user < USERS; user++) {
            List<Publication> all =
                    first.history(channel(user), Optional.empty(), -1).publications();
            assertThat(all)
                    .extracting(Publication::offset)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, all.size()).boxed().toList());
            assertThat(kind(all, "t"))
                    .as("each committed transaction's message, in the order of the commits")
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, account(user))
                            .mapToObj(n -> "\"t" + n + "\"")
                            .toList());
            assertThat(kind(all, "x")).containsExactlyElementsOf(byX.get(user));
            assertThat(kind(all, "y")).containsExactlyElementsOf(byY.get(user));
        }
        assertThat(first.reconcile().imbalance()).isZero();
        assertThat(number("SELECT count(*) FROM cordon_uncommitted")).isZero();
    }

    private static Channel channel(int user) {
        return Channel.parse("orders#" + user);
    }

    private static List<String> kind(List<Publication> all, String of) {
        return all.stream()
                .map(publication -> publication.payload().text())
                .filter(text -> text.startsWith("\"" + of))
                .toList();
    }

    private int account(int user) throws SQLException {
        return number("SELECT n FROM account WHERE owner = " + user);
    }

    private int number(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    /** A node's publishes, and what it stored for each user. */
    private static List<List<String>> publish(JdbcUserLog log, String name, AtomicBoolean ended) {
        List<List<String>> stored = new ArrayList<>();
        IntStream.range(0, USERS).forEach(user -> stored.add(new ArrayList<>()));
        for (int n = 0; !ended.get(); n++) {
            int user = n % USERS;
            String json = "\"" + name + n + "\"";
            for (boolean done = false; !done; ) {
                try {
                    log.appendAll(List.of(new Append(channel(user), Payload.json(json), Optional.of(name + n))));
                    done = true;
                } catch (LogUnavailableException e) {
                    // Told that the channel is locked: repeated with its key, as a back end does.
                    Thread.onSpinWait();
                }
            }
            stored.get(user).add(json);
        }
        return stored;
    }

    private void transactions(Random random) {
        try (Connection application = Transactions.begin(url);
                PreparedStatement count =
                        application.prepareStatement("UPDATE account SET n = n + 1 WHERE owner = ? RETURNING n")) {
            for (int i = 0; i < TRANSACTIONS / THREADS; i++) {
                // In order of users, so that the application's own rows do not deadlock.
                int[] users = random.ints(1 + random.nextInt(3), 0, USERS)
                        .distinct()
                        .sorted()
                        .toArray();
                for (int user : users) {
                    if (random.nextInt(8) == 0) {
                        var savepoint = application.setSavepoint();
                        change(application, count, user);
                        application.rollback(savepoint);
                    }
                    change(application, count, user);
                }
                if (random.nextInt(5) == 0) {
                    application.rollback();
                } else {
                    application.commit();
                    committed.incrementAndGet();
                }
            }
        } catch (SQLException e) {
            failed.incrementAndGet();
            throw new IllegalStateException(e);
        }
    }

    private static void change(Connection application, PreparedStatement count, int user) throws SQLException {
        count.setInt(1, user);
        try (ResultSet row = count.executeQuery()) {
            row.next();
            Transactions.publish(application, channel(user).name(), "\"t" + row.getInt(1) + "\"");
        }
    }
}
