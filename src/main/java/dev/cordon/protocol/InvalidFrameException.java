package dev.cordon.protocol;

/**
 * Rejection of a client's frame that is not a sequence of commands. The message says what is wrong and never quotes a
 * value. The connection ends with close code 3501.
 */
public final class InvalidFrameException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidFrameException(String message) {
        super(message, null, false, false);
    }
}
