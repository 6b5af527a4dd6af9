package dev.cordon.api;

import dev.cordon.protocol.json.JsonWriter;

/** Rejection of a command. The message goes to the back end and never quotes a key, a token or a body. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Refused reason;

    RefusedException(Refused reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    Refused reason() {
        return reason;
    }

    /** Writes {@code {"error":{"code":107,"message":"…"}}}. */
    void write(JsonWriter writer) {
        writer.raw("{\"error\":{\"code\":")
                .number(reason.code().code())
                .raw(",\"message\":")
                .quoted(String.valueOf(getMessage()))
                .raw("}}");
    }
}
