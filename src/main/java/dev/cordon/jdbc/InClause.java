package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/** Statements over a list of channels. Few sizes of lists, so that databases can keep the statements prepared. */
final class InClause {
    private InClause() {}

    /** The next power of two; the last value fills up the rest. */
    static int rounded(int size) {
        return size <= 1 ? 1 : Integer.highestOneBit(size - 1) << 1;
    }

    static String marks(String mark, int count) {
        return String.join(", ", Collections.nCopies(count, mark));
    }

    /** @param sql with {@code IN (%s)} as its first place holders */
    static PreparedStatement prepare(Connection connection, String sql, List<Long> ids) throws SQLException {
        int places = rounded(ids.size());
        PreparedStatement statement = connection.prepareStatement(sql.replace("%s", marks("?", places)));
        for (int i = 0; i < places; i++) {
            statement.setLong(i + 1, ids.get(Math.min(i, ids.size() - 1)));
        }
        return statement;
    }

    /** The place holder behind the list. */
    static int next(List<Long> ids) {
        return rounded(ids.size()) + 1;
    }
}
