package dev.cordon.client;

import org.jspecify.annotations.Nullable;

/** A command that must not be repeated may have reached a node, and no answer came. */
public final class UnansweredException extends CordonException {
    private static final long serialVersionUID = 1;

    UnansweredException(String message, @Nullable Throwable cause) {
        super(message, cause, NO_CODE, false, true, null);
    }
}
