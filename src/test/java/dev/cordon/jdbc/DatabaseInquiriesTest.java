package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Inquiries;
import dev.cordon.cluster.InquiriesContract;
import dev.cordon.cluster.Wakeup;
import dev.cordon.log.Retention;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Questions between nodes in tables of a real PostgreSQL. */
class DatabaseInquiriesTest extends InquiriesContract {
    private final TestDatabase database = TestDatabase.postgres();
    private final String url = database.fresh();
    private final JdbcUserLog log = database.open(
            url, () -> new Retention(256, 1024 * 1024, Duration.ofMinutes(10), 64L * 1024 * 1024), Clock.systemUTC());

    @AfterEach
    void stop() {
        database.close();
    }

    @Override
    protected Inquiries node(String id) {
        return log.inquiries(id);
    }

    @Override
    protected void age(Duration by) {
        String older = " - INTERVAL '" + by.toMillis() + " milliseconds'";
        TestDatabase.run(
                url,
                "UPDATE cordon_question SET asked_at = asked_at" + older,
                "UPDATE cordon_answer SET answered_at = answered_at" + older);
    }

    @Override
    protected int held() {
        return number("SELECT (SELECT count(*) FROM cordon_question) + (SELECT count(*) FROM cordon_answer)");
    }

    private int number(String sql) {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Wakeup wakeup(String node) {
        return log.wakeup(node, new ClusterCounters());
    }

    @Test
    @DisplayName("a notification tells neither a question nor an answer")
    void notificationsTellNothing() throws Exception {
        try (Connection connection = TestDatabase.connect(url);
                Statement listen = connection.createStatement()) {
            listen.execute("LISTEN cordon_wakeup");

            node("asker")
                    .ask(
                            new Inquiries.Question("id-1", Inquiries.VERSION, "asker", "presence", "#alice"),
                            Optional.of("b"));
            node("b").answer(List.of(new Inquiries.Reply("id-1", false, "{\"user\":\"alice\"}")));

            List<String> heard = new ArrayList<>();
            while (heard.size() < 2) {
                for (PGNotification one : connection.unwrap(PGConnection.class).getNotifications(10_000)) {
                    if (one.getParameter().matches("1:(asker|b)@[0-9]+:.*")) {
                        heard.add(one.getParameter().replaceFirst("@[0-9]+", ""));
                    }
                }
            }
            assertThat(heard).containsExactly("1:asker:?", "1:b:=id-1");
        }
    }

    @Test
    @DisplayName(
            "questions and answers are not written to the database's WAL, so that asking does not wait for the disk")
    void doesNotWaitForTheDisk() {
        assertThat(number("SELECT count(*) FROM pg_class WHERE relname IN ('cordon_question', 'cordon_answer')"
                        + " AND relnamespace = current_schema()::regnamespace AND relpersistence = 'u'"))
                .isEqualTo(2);
    }
}
