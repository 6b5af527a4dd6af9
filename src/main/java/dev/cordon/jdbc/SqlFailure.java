package dev.cordon.jdbc;

import java.sql.SQLException;
import java.util.Set;

/** The kinds of failure of an SQL statement, each with its messages. */
enum SqlFailure {
    /** The statement collided with another transaction. Nothing was done, and the same may be tried again. */
    COLLISION,
    /** Another session of the database has held a needed lock for too long. Only this statement fails. */
    HELD,
    /** The database cannot carry out this statement, now or later. */
    REJECTED,
    /** The settings are wrong, so that waiting does not help. */
    SETTING,
    /** The database does not answer, or answers that it cannot work now. */
    LOST;

    /** The message when another session of the database has locked a channel that is needed. */
    static final String HELD_CHANNEL = "the channel is locked by another user of the log's database";

    /** PostgreSQL's state {@code lock_not_available}, which {@code lock_timeout} raises. */
    private static final String LOCK_TIMEOUT = "55P03";

    private static final Set<String> COLLISIONS = Set.of("40001", "40P01", "HYT00", "90131");

    /** Classes of SQL states: cardinality, data, integrity, syntax and access, check option. */
    private static final Set<String> REJECTIONS = Set.of("21", "22", "23", "42", "44", "0A");

    /** SQL states: authorization, unknown database or schema, and H2's codes for the same. */
    private static final Set<String> SETTINGS =
            Set.of("28000", "28P01", "3D000", "3F000", "90013", "90146", "90046", "42501");

    /** Classifies by SQL state, on which drivers agree. Without one it is {@link #LOST}, as from an exhausted pool. */
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
     * A message that any client may see. It has no address, user, table or value. Drivers and servers put those into
     * their messages, which are for the server's log alone ({@link #logMessage}).
     */
    static String publicMessage(SQLException e) {
        return switch (of(e)) {
            case COLLISION -> "the log's database is busy";
            case HELD -> HELD_CHANNEL;
            case REJECTED -> "the log's database rejected a statement: see the server's log";
            case SETTING -> "the log's database rejects Cordon: see the server's log";
            case LOST -> "the log's database cannot be used: see the server's log";
        };
    }

    /** A one-line message for the server's log, from the innermost cause: pools wrap the driver's exception. */
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
