package dev.cordon.auth;

/**
 * Rejection of a token. The message goes to the client. It names the rule that failed, and quotes neither the token nor
 * a setting.
 */
public final class InvalidTokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    private final String detail;

    public InvalidTokenException(Reason reason, String message) {
        this(reason, message, message);
    }

    /** @param detail longer message, for the operator's log only */
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

    /** Kinds of rejections, by what the client should do. */
    public enum Reason {
        /**
         * The token was valid and has expired. The client may fetch a new token and try again (error 109, close code
         * 3005).
         */
        EXPIRED,
        INVALID,
        /**
         * The keys could not be fetched, so the verifier cannot decide. The client may try again with the same token.
         */
        KEYS_UNAVAILABLE
    }
}
