package dev.cordon.auth;

/** A token that proves nothing. The message says to anybody which rule failed, and quotes neither the token nor a setting. */
public final class InvalidTokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    private final String detail;

    public InvalidTokenException(Reason reason, String message) {
        this(reason, message, message);
    }

    /** @param detail the message in more words, for the operator's log only */
    InvalidTokenException(Reason reason, String message, String detail) {
        super(message, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    String detail() {
        return detail;
    }

    public Reason reason() {
        return reason;
    }

    /** What the client should do about it. */
    public enum Reason {
        /** Good once: the client may fetch a new one and try again (error 109, close 3005). */
        EXPIRED,
        INVALID,
        /** The keys could not be fetched: nobody can tell whether the token is good; the client may try again. */
        KEYS_UNAVAILABLE
    }
}
