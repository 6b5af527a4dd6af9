package dev.cordon.protocol;

/** A frame that is no sequence of commands; the connection ends with 3501. The message never quotes the frame. */
public final class BadFrameException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadFrameException(String message) {
        super(message, null, false, false);
    }
}
