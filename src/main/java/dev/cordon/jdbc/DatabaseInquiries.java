package dev.cordon.jdbc;

import dev.cordon.cluster.Inquiries;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Questions and answers in two tables of the log's database, which PostgreSQL does not write to its WAL (ADR 0026). A
 * node remembers which questions it has read. Ages are the database's.
 */
final class DatabaseInquiries implements Inquiries {
    private static final double MILLIS = 1e3;

    private final Database database;
    private final String node;
    /** When each question was read, in nanoseconds of {@link System#nanoTime}. Guarded by this object's lock. */
    private final Map<String, Long> seen = new HashMap<>();

    /** @param node id of this node */
    DatabaseInquiries(Database database, String node) {
        this.database = database;
        this.node = node;
    }

    @Override
    public void ask(Question question, Optional<String> to) {
        database.transact(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO cordon_question (id, version, asker, target, kind, body, asked_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?, clock_timestamp())")) {
                insert.setString(1, question.id());
                insert.setInt(2, question.version());
                insert.setString(3, node);
                insert.setString(4, to.orElse(null));
                insert.setString(5, question.kind());
                insert.setString(6, question.text());
                insert.executeUpdate();
            }
            return DatabaseWakeup.hint(connection, DatabaseWakeup.questionHint(node));
        });
    }

    @Override
    public synchronized List<Question> fresh() {
        long now = System.nanoTime();
        seen.values().removeIf(readAt -> now - readAt > KEPT.toNanos());
        String[] known = seen.keySet().toArray(String[]::new);
        List<Question> questions = database.read(connection -> read(connection, known));
        questions.forEach(question -> seen.put(question.id(), now));
        return questions;
    }

    private List<Question> read(Connection connection, String[] known) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT id, version, asker, kind, body FROM cordon_question"
                        + " WHERE asked_at > clock_timestamp() - make_interval(secs => ?) AND asker <> ?"
                        + " AND (target IS NULL OR target = ?) AND id <> ALL (?) ORDER BY asked_at")) {
            read.setDouble(1, DEADLINE.toMillis() / MILLIS);
            read.setString(2, node);
            read.setString(3, node);
            read.setArray(4, connection.createArrayOf("varchar", known));
            try (ResultSet row = read.executeQuery()) {
                List<Question> questions = new ArrayList<>();
                while (row.next()) {
                    questions.add(new Question(
                            row.getString(1), row.getInt(2), row.getString(3), row.getString(4), row.getString(5)));
                }
                return questions;
            }
        }
    }

    @Override
    public void answer(List<Reply> replies) {
        database.transact(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO cordon_answer (question, node, refused, body, answered_at)"
                            + " VALUES (?, ?, ?, ?, clock_timestamp()) ON CONFLICT DO NOTHING")) {
                for (Reply reply : replies) {
                    insert.setString(1, reply.question());
                    insert.setString(2, node);
                    insert.setBoolean(3, reply.refused());
                    insert.setString(4, reply.text());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            for (Reply reply : replies) {
                DatabaseWakeup.hint(connection, DatabaseWakeup.answerHint(node, reply.question()));
            }
            return replies.size();
        });
    }

    @Override
    public List<Answer> answers(String question) {
        return database.read(connection -> {
            try (PreparedStatement read = connection.prepareStatement(
                    "SELECT node, refused, body FROM cordon_answer WHERE question = ? ORDER BY node")) {
                read.setString(1, question);
                try (ResultSet row = read.executeQuery()) {
                    List<Answer> answers = new ArrayList<>();
                    while (row.next()) {
                        answers.add(new Answer(row.getString(1), row.getBoolean(2), row.getString(3)));
                    }
                    return answers;
                }
            }
        });
    }

    @Override
    public void sweep() {
        database.transact(connection ->
                remove(connection, "cordon_question", "asked_at") + remove(connection, "cordon_answer", "answered_at"));
    }

    /** Passes over rows that another node is removing, which may have frozen. */
    private static int remove(Connection connection, String table, String since) throws SQLException {
        try (PreparedStatement remove = connection.prepareStatement("DELETE FROM " + table
                + " WHERE ctid IN (SELECT ctid FROM " + table + " WHERE " + since
                + " < clock_timestamp() - make_interval(secs => ?) FOR UPDATE SKIP LOCKED)")) {
            remove.setLong(1, KEPT.toSeconds());
            return remove.executeUpdate();
        }
    }
}
