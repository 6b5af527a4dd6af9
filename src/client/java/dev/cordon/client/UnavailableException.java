package dev.cordon.client;

import org.jspecify.annotations.Nullable;

/**
 * No node could carry the command out, and the next attempt would come after the deadline. The answer to an earlier
 * attempt may be what was lost, so a publish may be stored.
 */
public final class UnavailableException extends CordonException {
    private static final long serialVersionUID = 1;

    UnavailableException(
            String message, @Nullable Throwable cause, int code, boolean mayBeCarriedOut, @Nullable String key) {
        super(message, cause, code, true, mayBeCarriedOut, key);
    }
}
