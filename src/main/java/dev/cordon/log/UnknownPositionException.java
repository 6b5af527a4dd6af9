package dev.cordon.log;

/**
 * A position that cannot have been seen: beyond the channel's top, or of another life of the log. Without a stack: it is a client's
 * mistake, told to the client.
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
}
