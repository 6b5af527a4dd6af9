package dev.cordon.client;

import org.jspecify.annotations.Nullable;

/** No node could carry the command out, and the next attempt would come after the deadline. A publish may be stored: its answer may be what was lost. */
public final class UnavailableException extends CordonException {
    private static final long serialVersionUID = 1;

    UnavailableException(
            String message, @Nullable Throwable cause, int code, boolean mayBeCarriedOut, @Nullable String key) {
        super(message, cause, code, true, mayBeCarriedOut, key);
    }
}
