package dev.cordon.protocol.protobuf;

/** Rejection of bytes that are no Protobuf message. The message says what is wrong and never quotes a value. */
public final class InvalidProtobufException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidProtobufException(String message) {
        super(message, null, false, false);
    }
}
