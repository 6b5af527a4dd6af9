package dev.cordon.protocol.json;

/**
 * Rejection of a JSON document: the document is malformed, or its fields are not the expected ones. The message says
 * what is wrong and never quotes a value of the document. A connection that sends such a frame ends with close code
 * 3501.
 */
public final class InvalidJsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidJsonException(String message) {
        super(message, null, false, false);
    }
}
