package dev.cordon.log;

/** Thrown when a group would be larger than allowed, or the groups together. Nothing was changed. The message is one line. */
public final class GroupLimitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public GroupLimitException(String message) {
        super(message, null, false, false);
    }
}
