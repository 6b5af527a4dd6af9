package dev.cordon.client;

import org.jspecify.annotations.Nullable;

/** The deadline passed before an answer came. */
public final class DeadlineException extends CordonException {
    private static final long serialVersionUID = 1;

    DeadlineException(String message, @Nullable Throwable cause, boolean mayBeCarriedOut, @Nullable String key) {
        super(message, cause, NO_CODE, true, mayBeCarriedOut, key);
    }
}
