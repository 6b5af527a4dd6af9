package dev.cordon.jdbc;

import dev.cordon.cluster.NodeDirectory;
import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.hook.http.EventStore;
import dev.cordon.hook.http.StoredEvent;
import dev.cordon.log.LogUnavailableException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Events in the log's database. An event that was added outlives the node: another node, or the same one after a restart,
 * takes over what a lost node has left, and tells the disconnect of each connection that was open there. Beats of nodes
 * tell which are lost: no beat for {@link #LOST_AFTER}, while this node's own were steady. A node that only was frozen
 * may then tell a disconnect once more, with the same id. Thread-safe.
 */
final class DatabaseEventStore implements EventStore {
    static final Duration LOST_AFTER = NodeDirectory.LOST_AFTER.multipliedBy(3);
    static final Duration BEAT = NodeDirectory.LOST_AFTER.dividedBy(5);
    /** Connections of a lost node whose ends are noted in one transaction. */
    static final int PAGE = 500;

    private static final System.Logger LOG = System.getLogger(DatabaseEventStore.class.getName());
    /** SQL state of a row that is there already, of PostgreSQL and H2. */
    private static final String UNIQUE = "23505";

    private final Database database;
    private final String node;
    private final Clock clock;
    private final SteadyHeartbeat steady;
    private volatile Waiting waiting = Waiting.NOTHING;
    /** Written by the thread of the turns. */
    private volatile long beatAt = Long.MIN_VALUE;

    /**
     * @param node id of this node
     * @param clock shows the database's time
     */
    DatabaseEventStore(Database database, String node, Clock clock) {
        this.database = database;
        this.node = node;
        this.clock = clock;
        this.steady = new SteadyHeartbeat(clock);
    }

    @Override
    public boolean followsConnections() {
        return true;
    }

    @Override
    public int add(List<StoredEvent> events, Set<Kind> wanted) {
        if (!added(events, wanted)) {
            // An earlier attempt was committed, though its answer got lost.
            events.forEach(event -> addAgain(event, wanted));
        }
        return 0;
    }

    private void addAgain(StoredEvent event, Set<Kind> wanted) {
        if (!added(List.of(event), wanted) && event.kind() == Kind.DISCONNECTED) {
            // Its connection may have been entered a second time just now, and nothing else would take it out.
            database.transact(connection -> {
                removeConnections(connection, List.of(event));
                return true;
            });
        }
    }

    /** Adds all events or none. Returns false if one of them is there already. */
    private boolean added(List<StoredEvent> events, Set<Kind> wanted) {
        return database.transact(connection -> {
            try {
                add(connection, events, wanted);
                return true;
            } catch (SQLException e) {
                if (!UNIQUE.equals(e.getSQLState())) {
                    throw e;
                }
                connection.rollback();
                return false;
            }
        });
    }

    private void add(Connection connection, List<StoredEvent> events, Set<Kind> wanted) throws SQLException {
        if (beatAt == Long.MIN_VALUE) {
            // Before the first turn: without it no other node would find what this one leaves.
            beat(connection, clock.millis());
        }
        if (wanted.contains(Kind.DISCONNECTED)) {
            // In this order: a connection may begin and end within the list.
            open(connection, of(events, Kind.CONNECTED));
            removeConnections(connection, of(events, Kind.DISCONNECTED));
        }
        insert(
                connection,
                events.stream().filter(event -> wanted.contains(event.kind())).toList());
    }

    private static List<StoredEvent> of(List<StoredEvent> events, Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).toList();
    }

    private void open(Connection connection, List<StoredEvent> connected) throws SQLException {
        try (PreparedStatement open = connection.prepareStatement(
                "INSERT INTO cordon_hook_connection (client_id, node, body) VALUES (?, ?, ?)")) {
            for (StoredEvent event : connected) {
                open.setString(1, event.client());
                open.setString(2, node);
                open.setBytes(3, event.json().toByteArray());
                open.addBatch();
            }
            open.executeBatch();
        }
    }

    private void insert(Connection connection, List<StoredEvent> events) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO cordon_hook_event (id, node, kind, made_at, body) VALUES (?, ?, ?, ?, ?)")) {
            for (StoredEvent event : events) {
                insert.setString(1, event.id());
                insert.setString(2, node);
                insert.setString(3, event.kind().name());
                insert.setLong(4, event.at().toEpochMilli());
                insert.setBytes(5, event.json().toByteArray());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void removeConnections(Connection connection, List<StoredEvent> events) throws SQLException {
        remove(
                connection,
                "DELETE FROM cordon_hook_connection WHERE client_id = ?",
                events.stream().map(StoredEvent::client).toList());
    }

    private static void remove(Connection connection, String sql, List<String> ids) throws SQLException {
        try (PreparedStatement remove = connection.prepareStatement(sql)) {
            for (String id : ids) {
                remove.setString(1, id);
                remove.addBatch();
            }
            remove.executeBatch();
        }
    }

    @Override
    public List<StoredEvent> first(Set<Kind> kinds, int most) {
        return database.read(connection -> {
            // The names are constants of this program.
            String in = InClause.marks("?", kinds.size());
            try (PreparedStatement read = connection.prepareStatement("SELECT body FROM cordon_hook_event"
                    + " WHERE node = ? AND kind IN (" + in + ") ORDER BY seq LIMIT " + most)) {
                int place = 1;
                read.setString(place++, node);
                for (Kind kind : kinds) {
                    read.setString(place++, kind.name());
                }
                return events(read);
            }
        });
    }

    private static List<StoredEvent> events(PreparedStatement read) throws SQLException {
        try (ResultSet row = read.executeQuery()) {
            List<StoredEvent> events = new ArrayList<>();
            while (row.next()) {
                events.add(StoredEvent.read(row.getBytes(1)));
            }
            return events;
        }
    }

    @Override
    public void told(Collection<StoredEvent> events) {
        List<String> ids = events.stream().map(StoredEvent::id).toList();
        database.transact(connection -> {
            remove(connection, "DELETE FROM cordon_hook_event WHERE id = ?", ids);
            return ids.size();
        });
    }

    @Override
    public Waiting waiting() {
        return waiting;
    }

    @Override
    public int turn() {
        long now = clock.millis();
        if (beatAt != Long.MIN_VALUE && now >= beatAt && now - beatAt < BEAT.toMillis()) {
            return 0;
        }
        try {
            database.transact(connection -> beat(connection, now));
            steady.beaten();
            beatAt = now;
            int taken = 0;
            for (String lost : lost(now)) {
                taken += takeOver(lost, now);
            }
            waiting = database.read(this::counted);
            return taken;
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "Events of hooks wait for the database of the log: {0}", e.getMessage());
            return 0;
        }
    }

    private int beat(Connection connection, long at) throws SQLException {
        try (PreparedStatement beat =
                connection.prepareStatement("UPDATE cordon_hook_node SET beat_at = ? WHERE node = ?")) {
            beat.setLong(1, at);
            beat.setString(2, node);
            if (beat.executeUpdate() == 1) {
                return 1;
            }
        }
        try (PreparedStatement first =
                connection.prepareStatement("INSERT INTO cordon_hook_node (beat_at, node) VALUES (?, ?)")) {
            first.setLong(1, at);
            first.setString(2, node);
            return first.executeUpdate();
        }
    }

    /** Nodes that have left or are lost. Without steady beats of its own this node judges nobody who has not left. */
    private List<String> lost(long now) {
        long silentSince = steady.longEnough() ? now - LOST_AFTER.toMillis() : 0;
        return database.read(connection -> {
            try (PreparedStatement read =
                    connection.prepareStatement("SELECT node FROM cordon_hook_node WHERE beat_at <= ? AND node <> ?")) {
                read.setLong(1, silentSince);
                read.setString(2, node);
                try (ResultSet row = read.executeQuery()) {
                    List<String> nodes = new ArrayList<>();
                    while (row.next()) {
                        nodes.add(row.getString(1));
                    }
                    return nodes;
                }
            }
        });
    }

    private int takeOver(String lost, long now) {
        int all = 0;
        int taken;
        do {
            taken = database.transact(connection -> takeOver(connection, lost, now));
            all += taken;
        } while (taken > 0);
        if (all > 0) {
            LOG.log(Level.WARNING, "A node was lost: this one tells its {0} events of hooks", String.valueOf(all));
        }
        return all;
    }

    /** One step of taking over. Returns the number of events; 0 when nothing is left, or another node was first. */
    private int takeOver(Connection connection, String lost, long now) throws SQLException {
        if (!stillSilent(connection, lost, now)) {
            return 0;
        }
        // Its own events first: they are older than the ends of its connections.
        int moved = update(connection, "UPDATE cordon_hook_event SET node = ? WHERE node = ?", node, lost);
        if (moved > 0) {
            return moved;
        }
        List<StoredEvent> open = open(connection, lost);
        if (open.isEmpty()) {
            update(connection, "DELETE FROM cordon_hook_node WHERE node = ?", lost);
            return 0;
        }
        insert(
                connection,
                open.stream()
                        .map(event -> event.lost(Instant.ofEpochMilli(now)))
                        .toList());
        removeConnections(connection, open);
        return open.size();
    }

    /** Locks the node's row, so that one node takes over at a time. */
    private static boolean stillSilent(Connection connection, String lost, long now) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT beat_at FROM cordon_hook_node WHERE node = ? FOR UPDATE")) {
            read.setString(1, lost);
            try (ResultSet row = read.executeQuery()) {
                return row.next() && row.getLong(1) <= now - LOST_AFTER.toMillis();
            }
        }
    }

    private static List<StoredEvent> open(Connection connection, String lost) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT body FROM cordon_hook_connection WHERE node = ? LIMIT " + PAGE)) {
            read.setString(1, lost);
            return events(read);
        }
    }

    private static int update(Connection connection, String sql, String... texts) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < texts.length; i++) {
                update.setString(i + 1, texts[i]);
            }
            return update.executeUpdate();
        }
    }

    private Waiting counted(Connection connection) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT COUNT(*), MIN(made_at) FROM cordon_hook_event WHERE node = ?")) {
            read.setString(1, node);
            try (ResultSet row = read.executeQuery()) {
                row.next();
                long events = row.getLong(1);
                return new Waiting(
                        events, events == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(row.getLong(2))));
            }
        }
    }

    /** Leaves what waits to other nodes, or to this one's next start. */
    @Override
    public void close() {
        try {
            database.transact(
                    connection -> update(connection, "UPDATE cordon_hook_node SET beat_at = 0 WHERE node = ?", node));
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "The node could not leave its events to others: {0}", e.getMessage());
        }
    }
}
