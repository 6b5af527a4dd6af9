package dev.cordon.jdbc;

import java.sql.SQLException;
import java.util.Set;

/** The kinds of failure of an SQL statement, and what is said about each. */
enum SqlFailure {
    /** Another transaction was in the way: nothing was done, the same may be done again. */
    COLLISION,
    /** Another session of the database has held for too long what is needed: only this cannot be done now. */
    HELD,
    /** What was asked cannot be done, now or later. */
    REJECTED,
    /** The settings are wrong: waiting will not mend it. */
    SETTING,
    /** The database does not answer, or answers that it cannot now. */
    LOST;

    /** The message when another session of the database has locked a channel that is needed. */
    static final String HELD_CHANNEL = "the channel is locked by another user of the log's database";

    /** PostgreSQL: lock_not_available, as lock_timeout has it. */
    private static final String LOCK_TIMEOUT = "55P03";

    private static final Set<String> COLLISIONS = Set.of("40001", "40P01", "HYT00", "90131");

    /** Classes of SQL states: cardinality, data, integrity, syntax and access, check option. */
    private static final Set<String> REJECTIONS = Set.of("21", "22", "23", "42", "44", "0A");

    /** Authorization, unknown database or schema, and H2's words for the same. */
    private static final Set<String> SETTINGS =
            Set.of("28000", "28P01", "3D000", "3F000", "90013", "90146", "90046", "42501");

    /** By SQL state, as drivers agree on it; what has none, as a pool that has no connection to give, is lost. */
    static SqlFailure of(SQLException e) {
        String state = e.getSQLState();
        if (state == null) {
            Throwable cause = e.getCause();
            return cause instanceof SQLException inner ? of(inner) : LOST;
        }
        if (COLLISIONS.contains(state)) {
            return COLLISION;
        }
        if (state.equals(LOCK_TIMEOUT)) {
            return HELD;
        }
        if (SETTINGS.contains(state)) {
            return SETTING;
        }
        return state.length() > 1 && REJECTIONS.contains(state.substring(0, 2)) ? REJECTED : LOST;
    }

    /**
     * A message for anybody: it has no address, user, table or value, which drivers and servers put into their messages. Those are for
     * the log alone ({@link #logMessage}).
     */
    static String publicMessage(SQLException e) {
        return switch (of(e)) {
            case COLLISION -> "the log's database is busy";
            case HELD -> HELD_CHANNEL;
            case REJECTED -> "the log's database refused a statement: see the server's log";
            case SETTING -> "the log's database refuses Cordon: see the server's log";
            case LOST -> "the log's database cannot be used: see the server's log";
        };
    }

    /** A message of one line for the server's log. It is the innermost cause's, because pools wrap what the driver says. */
    static String logMessage(Throwable e) {
        Throwable innermost = e;
        while (innermost.getCause() instanceof SQLException cause) {
            innermost = cause;
        }
        String message = innermost.getMessage();
        return (message == null ? innermost.getClass().getSimpleName() : message)
                .lines()
                .findFirst()
                .orElse("")
                .strip()
                .replaceAll("\\.$", "");
    }
}
