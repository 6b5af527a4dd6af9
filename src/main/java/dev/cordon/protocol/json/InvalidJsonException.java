package dev.cordon.protocol.json;

/** A frame that is no sequence of commands; the connection ends with 3501. The message never quotes the frame. */
public final class InvalidJsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidJsonException(String message) {
        super(message, null, false, false);
    }
}
