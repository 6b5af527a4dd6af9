package dev.cordon.log;

/**
 * Thrown for a position that no client can have seen: one beyond the channel's top, or of another epoch. Has no stack
 * trace: the mistake is the client's, and the client is told.
 */
public final class UnknownPositionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private UnknownPositionException(String message) {
        super(message, null, false, false);
    }

    public static UnknownPositionException beyondTheTop() {
        return new UnknownPositionException("upto is beyond the channel's last publication");
    }

    public static UnknownPositionException ofAnotherEpoch() {
        return new UnknownPositionException("upto is of another epoch");
    }

    /** For a reader: what followed the position is gone. */
    public static UnknownPositionException gone() {
        return new UnknownPositionException("the messages after this position are no longer retained");
    }
}
