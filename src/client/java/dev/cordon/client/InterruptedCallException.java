package dev.cordon.client;

import org.jspecify.annotations.Nullable;

/** The thread of a blocking call was interrupted. Its interrupt status is set. */
public final class InterruptedCallException extends CordonException {
    private static final long serialVersionUID = 1;

    InterruptedCallException(InterruptedException cause, boolean mayBeCarriedOut, @Nullable String key) {
        super("interrupted while waiting for an answer", cause, NO_CODE, true, mayBeCarriedOut, key);
    }
}
