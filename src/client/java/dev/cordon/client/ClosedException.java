package dev.cordon.client;

import org.jspecify.annotations.Nullable;

/** The client is closed, or was closed before an answer came. */
public final class ClosedException extends CordonException {
    private static final long serialVersionUID = 1;

    ClosedException(String message, boolean mayBeCarriedOut, @Nullable String key) {
        super(message, null, NO_CODE, false, mayBeCarriedOut, key);
    }
}
