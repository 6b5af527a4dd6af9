package dev.cordon.client;

import java.sql.SQLException;
import java.util.Optional;

/** A message was not published in a transaction, which cannot commit any more. The message is the database's. */
public final class TransactionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String state;

    TransactionException(SQLException cause) {
        super(Optional.ofNullable(cause.getMessage()).orElse("the database cannot be used"), cause);
        this.state = Optional.ofNullable(cause.getSQLState()).orElse("");
    }

    /** The SQLSTATE, such as {@code WS004} (docs/transactions.md, Errors); empty if the driver gave none. */
    public String sqlState() {
        return state;
    }

    /** Returns true if the function rejected the message, and would reject it again. */
    public boolean rejected() {
        return state.startsWith("WS");
    }
}
