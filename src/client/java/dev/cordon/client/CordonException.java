package dev.cordon.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command that failed. The subclass says how. Messages quote neither a message's data nor the API key.
 */
public abstract sealed class CordonException extends RuntimeException
        permits RejectedException,
                UnavailableException,
                DeadlineException,
                OverloadedException,
                UnansweredException,
                InterruptedCallException,
                ClosedException {
    private static final long serialVersionUID = 1;

    /** The code of an error that no node has answered. */
    public static final int NO_CODE = 0;

    private final int code;
    private final boolean retryMayHelp;
    private final boolean mayBeCarriedOut;
    private final @Nullable String key;

    CordonException(
            String message,
            @Nullable Throwable cause,
            int code,
            boolean retryMayHelp,
            boolean mayBeCarriedOut,
            @Nullable String key) {
        super(message, cause);
        this.code = code;
        this.retryMayHelp = retryMayHelp;
        this.mayBeCarriedOut = mayBeCarriedOut;
        this.key = key;
    }

    /**
     * Returns the error code of the API (docs/protocol.md), or the HTTP status of an answer without one; {@link
     * #NO_CODE} if no node answered.
     */
    public int code() {
        return code;
    }

    /** Returns true if the same command may succeed later. */
    public boolean retryMayHelp() {
        return retryMayHelp;
    }

    /** Returns true if a node may have carried the command out nevertheless. */
    public boolean mayBeCarriedOut() {
        return mayBeCarriedOut;
    }

    /**
     * Returns the idempotency key of a publish or broadcast that may have been stored. The same message with this key
     * ({@link Publish#withKey}) is stored at most once.
     */
    public Optional<String> idempotencyKey() {
        return Optional.ofNullable(key);
    }
}
