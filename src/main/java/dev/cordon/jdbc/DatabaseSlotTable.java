package dev.cordon.jdbc;

import dev.cordon.cluster.SlotTable;
import dev.cordon.cluster.UserHash;
import dev.cordon.manager.DisconnectOrder;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The table of slots in the log's database. A member is a node from its entry into the directory to its removal. */
final class DatabaseSlotTable implements SlotTable {
    private static final int GRANTED = 0;
    private static final int DENIED = 1;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final Database database;
    private final DatabaseOrders orders;
    private final String node;

    /** @param node id of this node */
    DatabaseSlotTable(Database database, DatabaseOrders orders, String node) {
        this.database = database;
        this.orders = orders;
        this.node = node;
    }

    @Override
    public void execute(Runnable task) {
        database.execute(task);
    }

    @Override
    public boolean lost() {
        return database.availability().lost().isPresent();
    }

    @Override
    public long member() {
        return database.read(connection -> member(connection, node));
    }

    @Override
    public Answers change(long member, int max, List<ManagerKey> releases, List<Claim> claims) {
        return alone(connection -> change(connection, member, max, releases, claims));
    }

    @Override
    public int removeLeft(int most) {
        return alone(connection -> removeLeft(connection, most));
    }

    @Override
    public List<ManagerKey> of(long member) {
        return alone(connection -> of(connection, member));
    }

    @Override
    public void send(DisconnectOrder order) {
        long given = System.nanoTime();
        done(() -> database.transaction(connection -> orders.store(connection, order, given)));
    }

    @Override
    public void probe(List<UserId> users) {
        alone(connection -> {
            String secret = ChannelEpochs.read(connection).secret();
            List<UserHash> hashes =
                    users.stream().map(user -> UserHash.of(secret, user)).toList();
            return DatabaseWakeup.hint(connection, DatabaseWakeup.probe(node, hashes));
        });
    }

    private <T> T alone(Database.Work<T> work) {
        return done(() -> database.alone(work));
    }

    /** A piece of work on a thread of the log. */
    private interface Statement<T> {
        T run() throws SQLException;
    }

    private <T> T done(Statement<T> statement) {
        database.availability().check();
        try {
            return statement.run();
        } catch (SQLException e) {
            throw database.failure(e);
        }
    }

    private static long member(Connection connection, String node) throws SQLException {
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
    private static Answers change(
            Connection connection, long member, int max, List<ManagerKey> releases, List<Claim> claims)
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
    private static List<ManagerKey> of(Connection connection, long member) throws SQLException {
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

    private static int removeLeft(Connection connection, int most) throws SQLException {
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
