package dev.cordon.client;

import org.jspecify.annotations.Nullable;

/**
 * A node rejected the command. Unless {@link #retryMayHelp}, it would reject it again. The code and the message are the
 * node's. An earlier attempt whose answer was lost may have been carried out: then {@link #mayBeCarriedOut}.
 */
public final class RejectedException extends CordonException {
    private static final long serialVersionUID = 1;

    RejectedException(Rejection why, boolean mayBeCarriedOut, @Nullable String key) {
        super(why.message(), null, why.code(), why.temporary(), mayBeCarriedOut, key);
    }
}
