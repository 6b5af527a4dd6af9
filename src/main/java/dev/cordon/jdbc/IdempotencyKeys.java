package dev.cordon.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The idempotency keys of locked channels. */
final class IdempotencyKeys {
    private IdempotencyKeys() {}

    /** A key in its channel, hashed, because a client's key need not be valid text for the database. */
    record Key(long channel, String hash) {
        static Key of(long channel, String key) {
            return new Key(channel, digest(key));
        }
    }

    /** The offset of a key's publication, and the time when the key came, in milliseconds since 1970. */
    record Place(long seq, long at) {}

    static String digest(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<Key, Place> find(Connection connection, List<Key> keys) throws SQLException {
        Map<Key, Place> found = new HashMap<>();
        if (keys.isEmpty()) {
            return found;
        }
        int places = InClause.rounded(keys.size());
        try (PreparedStatement find =
                connection.prepareStatement("SELECT channel_id, key_hash, seq, made_at FROM cordon_key"
                        + " WHERE (channel_id, key_hash) IN (" + InClause.marks("(?, ?)", places) + ")")) {
            for (int i = 0; i < places; i++) {
                Key key = keys.get(Math.min(i, keys.size() - 1));
                find.setLong(2 * i + 1, key.channel());
                find.setString(2 * i + 2, key.hash());
            }
            try (ResultSet row = find.executeQuery()) {
                while (row.next()) {
                    found.put(new Key(row.getLong(1), row.getString(2)), new Place(row.getLong(3), row.getLong(4)));
                }
            }
        }
        return found;
    }

    static void insert(Connection connection, Map<Key, Place> fresh) throws SQLException {
        write(connection, "INSERT INTO cordon_key (seq, made_at, channel_id, key_hash) VALUES (?, ?, ?, ?)", fresh);
    }

    /** Overwrites keys whose window is over. */
    static void replace(Connection connection, Map<Key, Place> again) throws SQLException {
        write(connection, "UPDATE cordon_key SET seq = ?, made_at = ? WHERE channel_id = ? AND key_hash = ?", again);
    }

    private static void write(Connection connection, String sql, Map<Key, Place> keys) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        try (PreparedStatement write = connection.prepareStatement(sql)) {
            for (Map.Entry<Key, Place> key : keys.entrySet()) {
                write.setLong(1, key.getValue().seq());
                write.setLong(2, key.getValue().at());
                write.setLong(3, key.getKey().channel());
                write.setString(4, key.getKey().hash());
                write.addBatch();
            }
            write.executeBatch();
        }
    }
}
