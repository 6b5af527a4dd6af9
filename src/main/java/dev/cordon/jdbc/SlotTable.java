package dev.cordon.jdbc;

import dev.cordon.manager.ManagerKey;
import dev.cordon.manager.SlotClaim;
import dev.cordon.manager.Slots;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The statements on the table of slots. A member is a node from its entry into the directory to its removal. */
final class SlotTable {
    /** The number of a node that is not in the directory. */
    static final long NO_MEMBER = 0;

    private static final int GRANTED = 0;
    private static final int DENIED = 1;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private SlotTable() {}

    /** @param age time since the session has its slot, or wants it */
    record Claim(ManagerKey key, Duration age) {}

    /**
     * @param claims the answers, in the order of the claims
     * @param freed number of slots of dead members that were removed
     */
    record Answers(List<SlotClaim> claims, int freed) {}

    static long member(Connection connection, String node) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement("SELECT member FROM cordon_node WHERE id = ?")) {
            read.setString(1, node);
            try (ResultSet row = read.executeQuery()) {
                return row.next() ? row.getLong(1) : NO_MEMBER;
            }
        }
    }

    /**
     * Releases and claims slots of a member, in one statement.
     *
     * @param max most sessions of a user
     */
    static Answers change(Connection connection, long member, int max, List<ManagerKey> releases, List<Claim> claims)
            throws SQLException {
        try (PreparedStatement call = connection.prepareStatement(
                "SELECT outcome, oldest, elsewhere, unsure, freed FROM cordon_claim(?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ORDER BY place")) {
            call.setLong(1, member);
            call.setInt(2, max);
            call.setDouble(3, Slots.OVERDUE.toMillis() / MILLIS);
            call.setArray(4, texts(connection, releases, key -> key.user().value()));
            call.setArray(5, texts(connection, releases, key -> key.session().value()));
            call.setArray(
                    6, texts(connection, claims, claim -> claim.key().user().value()));
            call.setArray(
                    7, texts(connection, claims, claim -> claim.key().session().value()));
            call.setArray(
                    8,
                    connection.createArrayOf(
                            "float8",
                            claims.stream()
                                    .map(claim -> claim.age().toNanos() / NANOS)
                                    .toArray()));
            try (ResultSet row = call.executeQuery()) {
                List<SlotClaim> answers = new ArrayList<>(claims.size());
                int freed = 0;
                while (row.next()) {
                    answers.add(answer(row));
                    freed += row.getInt(5);
                }
                if (answers.size() != claims.size()) {
                    throw new SQLException("the database answered fewer claims than it received");
                }
                return new Answers(answers, freed);
            }
        }
    }

    private static SlotClaim answer(ResultSet row) throws SQLException {
        return switch (row.getInt(1)) {
            case GRANTED -> SlotClaim.GRANTED;
            case DENIED ->
                new SlotClaim.Denied(
                        Optional.of(new SessionId(row.getString(2))), row.getBoolean(3), row.getBoolean(4));
            default -> SlotClaim.UNAVAILABLE;
        };
    }

    /** The sessions that have a slot on this member. */
    static List<ManagerKey> of(Connection connection, long member) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT owner, session_id FROM cordon_slot WHERE member = ?")) {
            read.setLong(1, member);
            try (ResultSet row = read.executeQuery()) {
                List<ManagerKey> found = new ArrayList<>();
                while (row.next()) {
                    found.add(new ManagerKey(new UserId(row.getString(1)), new SessionId(row.getString(2))));
                }
                return found;
            }
        }
    }

    /**
     * Removes slots of members that have left.
     *
     * @param most largest number of slots
     * @return their number
     */
    static int removeLeft(Connection connection, int most) throws SQLException {
        try (PreparedStatement remove =
                connection.prepareStatement("DELETE FROM cordon_slot WHERE ctid = ANY (ARRAY(SELECT s.ctid"
                        + " FROM cordon_slot s WHERE s.member <> ALL (ARRAY(SELECT n.member FROM cordon_node n))"
                        + " LIMIT ? FOR UPDATE SKIP LOCKED))")) {
            remove.setInt(1, most);
            return remove.executeUpdate();
        }
    }

    private static <T> Array texts(Connection connection, List<T> from, Function<T, String> text) throws SQLException {
        return connection.createArrayOf("text", from.stream().map(text).toArray());
    }
}
