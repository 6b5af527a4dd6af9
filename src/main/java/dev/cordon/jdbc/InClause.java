package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/** Statements with an {@code IN} list of channel ids. Lists have few sizes, so that prepared statements are reused. */
final class InClause {
    private InClause() {}

    /** The number of place holders: the size rounded up to a power of two. The last value fills the rest. */
    static int rounded(int size) {
        return size <= 1 ? 1 : Integer.highestOneBit(size - 1) << 1;
    }

    static String marks(String mark, int count) {
        return String.join(", ", Collections.nCopies(count, mark));
    }

    /** @param sql statement whose first place holders are {@code IN (%s)} */
    static PreparedStatement prepare(Connection connection, String sql, List<Long> ids) throws SQLException {
        int places = rounded(ids.size());
        PreparedStatement statement = connection.prepareStatement(sql.replace("%s", marks("?", places)));
        for (int i = 0; i < places; i++) {
            statement.setLong(i + 1, ids.get(Math.min(i, ids.size() - 1)));
        }
        return statement;
    }

    /** The index of the place holder behind the list. */
    static int next(List<Long> ids) {
        return rounded(ids.size()) + 1;
    }
}
