package dev.cordon.auth;

/** A token that proves nothing. The message says which rule failed and never quotes the token. */
public final class InvalidTokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    public InvalidTokenException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Expired tokens are told apart: the client may fetch a new one and try again (error 109). */
    public enum Reason {
        EXPIRED,
        INVALID,
        /** The keys could not be fetched: nobody can tell whether the token is good; the client may try again. */
        KEYS_UNAVAILABLE
    }
}
