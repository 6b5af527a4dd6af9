package dev.cordon.outbox;

/** The database of the outbox cannot be used. The message is one line for the server's log. */
public final class OutboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
