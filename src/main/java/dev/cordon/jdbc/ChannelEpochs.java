package dev.cordon.jdbc;

import dev.cordon.protocol.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The epochs of channels (ADR 0016). An epoch is a hash of the log's secret, the log's epoch, the generation and the
 * channel's name. So the log knows it before it stores the channel, and nobody can guess it.
 *
 * @param secret random text, drawn when the schema was made
 * @param epoch the log's epoch; restoring a backup begins another
 * @param generation a number that rises whenever a channel that had publications is forgotten
 */
record ChannelEpochs(String secret, String epoch, long generation) {
    /** Bytes of an epoch: 16 characters. */
    private static final int BYTES = 12;

    static ChannelEpochs read(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement("SELECT secret, epoch, generation FROM cordon_log");
                ResultSet row = read.executeQuery()) {
            row.next();
            return new ChannelEpochs(row.getString(1), row.getString(2), row.getLong(3));
        }
    }

    /** The epoch of a channel whose life begins now. {@code cordon_append} computes the same. */
    String epochOf(String channel) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((secret + "/" + epoch + "/" + generation + "/" + channel).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The position of a channel that the log does not know. */
    StreamPosition start(String channel) {
        return new StreamPosition(epochOf(channel), 0);
    }

    @Override
    public String toString() {
        return "Lives[" + epoch + ", " + generation + "]";
    }
}
