package dev.cordon.client;

/** As many commands wait as the client may hold. Nothing was sent. */
public final class OverloadedException extends CordonException {
    private static final long serialVersionUID = 1;

    OverloadedException(String message) {
        super(message, null, NO_CODE, true, false, null);
    }
}
