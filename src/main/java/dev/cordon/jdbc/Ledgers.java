package dev.cordon.jdbc;

import dev.cordon.log.Ledger;
import dev.cordon.log.Reconciliation;
import dev.cordon.protocol.UserId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Queries for the ledgers of channels. */
final class Ledgers {
    private static final String ACCOUNTS = "COALESCE(SUM(top_seq - base_seq), 0), COALESCE(SUM(acknowledged), 0),"
            + " COALESCE(SUM(LEAST(kept, top_seq - GREATEST(acknowledged_seq, base_seq))), 0), COALESCE(SUM(expired), 0),"
            + " COALESCE(SUM(evicted), 0), COALESCE(SUM(removed), 0)";

    private Ledgers() {}

    static Ledger of(Connection connection, UserId user) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT " + ACCOUNTS + " FROM cordon_channel WHERE owner = ?")) {
            read.setString(1, user.value());
            return one(read);
        }
    }

    /** The ledger of all channels, forgotten ones included, at one moment. */
    static Ledger all(Connection connection) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT SUM(a), SUM(k), SUM(p), SUM(x), SUM(v), SUM(r)"
                        + " FROM (SELECT top_seq - base_seq AS a, acknowledged AS k,"
                        + " LEAST(kept, top_seq - GREATEST(acknowledged_seq, base_seq)) AS p, expired AS x, evicted AS v, removed AS r"
                        + " FROM cordon_channel UNION ALL"
                        + " SELECT accepted, acknowledged, 0, expired, evicted, removed FROM cordon_log) accounts")) {
            return one(read);
        }
    }

    static Ledger forgotten(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement(
                "SELECT accepted, acknowledged, 0, expired, evicted, removed FROM cordon_log")) {
            return one(read);
        }
    }

    private static Ledger one(PreparedStatement read) throws SQLException {
        try (ResultSet row = read.executeQuery()) {
            row.next();
            return ledger(row, 1);
        }
    }

    private static Ledger ledger(ResultSet row, int from) throws SQLException {
        return new Ledger(
                row.getLong(from),
                row.getLong(from + 1),
                row.getLong(from + 2),
                row.getLong(from + 3),
                row.getLong(from + 4),
                row.getLong(from + 5));
    }

    /** The ledgers of a page of channels, with their retained publications counted. */
    record Page(Reconciliation found, long last, boolean end) {}

    static Page page(Connection connection, long after) throws SQLException {
        long looked = 0;
        long imbalanced = 0;
        long last = after;
        Ledger total = Ledger.EMPTY;
        Optional<String> first = Optional.empty();
        try (PreparedStatement read = connection.prepareStatement(
                "SELECT c.id, c.name, c.top_seq - c.base_seq, c.acknowledged, (SELECT COUNT(*) FROM cordon_publication p"
                        + " WHERE p.channel_id = c.id AND p.seq > GREATEST(c.acknowledged_seq, c.base_seq)),"
                        + " c.expired, c.evicted, c.removed FROM cordon_channel c WHERE c.id > ? ORDER BY c.id LIMIT "
                        + ExpiryScan.MAX_CHANNELS)) {
            read.setLong(1, after);
            try (ResultSet row = read.executeQuery()) {
                while (row.next()) {
                    looked++;
                    last = row.getLong(1);
                    Ledger of = ledger(row, 3);
                    total = total.plus(of);
                    if (of.imbalance() != 0) {
                        imbalanced++;
                        first = first.isPresent() ? first : Optional.of(row.getString(2));
                    }
                }
            }
        }
        return new Page(new Reconciliation(looked, imbalanced, total, first), last, looked < ExpiryScan.MAX_CHANNELS);
    }
}
