package dev.cordon.jdbc;

import dev.cordon.log.GroupLimits;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserGroups;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Groups in the log's database, in the order that the database gives to their names. A change is one transaction, which
 * locks the row of its group first and the number of all groups last, so no two changes wait for each other. Thread-safe.
 */
final class DatabaseGroups implements UserGroups {
    private static final System.Logger LOG = System.getLogger(DatabaseGroups.class.getName());
    /** SQL state of a row that is there already, of PostgreSQL and H2. */
    private static final String UNIQUE = "23505";

    private static final int ATTEMPTS = 5;
    private static final int NONE = -1;

    private final Database database;
    private final Supplier<GroupLimits> limits;

    DatabaseGroups(Database database, Supplier<GroupLimits> limits) {
        this.database = database;
        this.limits = limits;
    }

    /** Thrown when another transaction has begun or ended groups meanwhile. Nothing was changed. */
    private static final class ChangedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ChangedException() {
            super("groups were changed by another transaction", null, false, false);
        }
    }

    @Override
    public Change add(GroupName group, List<UserId> users) {
        Set<String> names = names(users);
        for (int attempt = 1; ; attempt++) {
            try {
                return database.transact(connection -> add(connection, group.value(), names));
            } catch (ChangedException e) {
                if (attempt == ATTEMPTS) {
                    throw new LogUnavailableException("the group is changed by too many at the same time");
                }
            }
        }
    }

    private static Set<String> names(List<UserId> users) {
        Set<String> names = new LinkedHashSet<>();
        users.forEach(user -> names.add(user.value()));
        return names;
    }

    private Change add(Connection connection, String group, Set<String> users) throws SQLException {
        GroupLimits most = limits.get();
        int before = lock(connection, group);
        Set<String> added = new LinkedHashSet<>(users);
        if (before == NONE) {
            most.checkGroups(total(connection));
        } else {
            added.removeAll(members(connection, group, users));
        }
        int size = Math.max(before, 0) + added.size();
        if (added.isEmpty()) {
            return new Change(0, size);
        }
        most.checkMembers(size);
        if (before == NONE) {
            begin(connection, group, size);
        } else {
            resize(connection, group, size);
        }
        insert(connection, group, added);
        if (before == NONE && !count(connection, 1, most.maxGroups())) {
            // Others have begun meanwhile: the next attempt sees them.
            throw new ChangedException();
        }
        return new Change(added.size(), size);
    }

    /** Locks a group until the transaction ends. Returns the number of its members, or {@link #NONE} without a group. */
    private static int lock(Connection connection, String group) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT members FROM cordon_group WHERE name = ? FOR UPDATE")) {
            read.setString(1, group);
            try (ResultSet row = read.executeQuery()) {
                return row.next() ? row.getInt(1) : NONE;
            }
        }
    }

    private static long total(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement("SELECT total FROM cordon_group_count");
                ResultSet row = read.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** Those of the users who are members. */
    private static Set<String> members(Connection connection, String group, Set<String> users) throws SQLException {
        try (PreparedStatement read = amongUsers(
                        connection, "SELECT owner FROM cordon_group_member WHERE group_name = ?", group, users);
                ResultSet row = read.executeQuery()) {
            Set<String> found = new LinkedHashSet<>();
            while (row.next()) {
                found.add(row.getString(1));
            }
            return found;
        }
    }

    private static PreparedStatement amongUsers(Connection connection, String sql, String group, Set<String> users)
            throws SQLException {
        int places = InClause.rounded(users.size());
        PreparedStatement statement =
                connection.prepareStatement(sql + " AND owner IN (" + InClause.marks("?", places) + ")");
        statement.setString(1, group);
        String last = group;
        int place = 2;
        for (String user : users) {
            statement.setString(place++, user);
            last = user;
        }
        while (place < places + 2) {
            statement.setString(place++, last);
        }
        return statement;
    }

    private static void begin(Connection connection, String group, int size) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO cordon_group (name, members) VALUES (?, ?)")) {
            insert.setString(1, group);
            insert.setInt(2, size);
            insert.executeUpdate();
        } catch (SQLException e) {
            if (UNIQUE.equals(e.getSQLState())) {
                throw new ChangedException();
            }
            throw e;
        }
    }

    private static void resize(Connection connection, String group, int size) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE cordon_group SET members = ? WHERE name = ?")) {
            update.setInt(1, size);
            update.setString(2, group);
            update.executeUpdate();
        }
    }

    private static void insert(Connection connection, String group, Set<String> users) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO cordon_group_member (group_name, owner) VALUES (?, ?)")) {
            for (String user : users) {
                insert.setString(1, group);
                insert.setString(2, user);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Counts groups that begin or end. Returns false if there would be more than {@code most}. */
    private static boolean count(Connection connection, int change, long most) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE cordon_group_count SET total = total + ? WHERE total + ? <= ?")) {
            update.setInt(1, change);
            update.setInt(2, change);
            update.setLong(3, most);
            return update.executeUpdate() > 0;
        }
    }

    @Override
    public Change remove(GroupName group, List<UserId> users) {
        Set<String> names = names(users);
        return database.transact(connection -> remove(connection, group.value(), names));
    }

    private static Change remove(Connection connection, String group, Set<String> users) throws SQLException {
        int before = lock(connection, group);
        if (before == NONE) {
            return new Change(0, 0);
        }
        int removed;
        try (PreparedStatement delete =
                amongUsers(connection, "DELETE FROM cordon_group_member WHERE group_name = ?", group, users)) {
            removed = delete.executeUpdate();
        }
        int size = before - removed;
        if (size > 0 && removed > 0) {
            resize(connection, group, size);
        } else if (size <= 0) {
            try (PreparedStatement end = connection.prepareStatement("DELETE FROM cordon_group WHERE name = ?")) {
                end.setString(1, group);
                end.executeUpdate();
            }
            count(connection, -1, Long.MAX_VALUE);
        }
        return new Change(removed, Math.max(size, 0));
    }

    @Override
    public Members members(GroupName group, Optional<UserId> after, int limit) {
        return database.read(connection -> {
            Page<UserId> page;
            try (PreparedStatement read = connection.prepareStatement("SELECT owner FROM cordon_group_member"
                    + " WHERE group_name = ? AND owner > ? ORDER BY owner LIMIT ?")) {
                read.setString(1, group.value());
                page = page(read, 2, after.map(UserId::value), limit, UserId::new);
            }
            return new Members(page.entries(), page.more(), size(connection, group, page));
        });
    }

    /** The last member of a page may have left since it was read. */
    private static int size(Connection connection, GroupName group, Page<UserId> page) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement("SELECT members FROM cordon_group WHERE name = ?")) {
            read.setString(1, group.value());
            try (ResultSet row = read.executeQuery()) {
                return Math.max(row.next() ? row.getInt(1) : 0, page.entries().size());
            }
        }
    }

    @Override
    public Names groups(Optional<GroupName> after, int limit) {
        return database.read(connection -> {
            try (PreparedStatement read =
                    connection.prepareStatement("SELECT name FROM cordon_group WHERE name > ? ORDER BY name LIMIT ?")) {
                Page<GroupName> page = page(read, 1, after.map(GroupName::value), limit, GroupName::new);
                return new Names(page.entries(), page.more());
            }
        });
    }

    private record Page<T>(List<T> entries, boolean more) {}

    /**
     * Reads a page, with at least one entry if there is any behind its beginning.
     *
     * @param place of the parameter for the name behind which it begins; the limit is the next one
     */
    private static <T> Page<T> page(
            PreparedStatement read, int place, Optional<String> after, int limit, Function<String, T> type)
            throws SQLException {
        List<T> entries = new ArrayList<>();
        String from = after.orElse("");
        boolean more = true;
        while (more && entries.isEmpty()) {
            read.setString(place, from);
            read.setInt(place + 1, limit + 1);
            more = false;
            try (ResultSet row = read.executeQuery()) {
                for (int i = 0; row.next(); i++) {
                    if (i == limit) {
                        more = true;
                    } else {
                        from = row.getString(1);
                        named(from, type).ifPresent(entries::add);
                    }
                }
            }
        }
        return new Page<>(entries, more);
    }

    /** Cordon writes valid names only, but it is not the only one who can write. */
    private static <T> Optional<T> named(String name, Function<String, T> type) {
        try {
            return Optional.of(type.apply(name));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.DEBUG, "The groups have a name that is none", e);
            return Optional.empty();
        }
    }
}
