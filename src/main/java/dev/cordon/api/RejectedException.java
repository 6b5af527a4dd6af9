package dev.cordon.api;

import dev.cordon.protocol.json.JsonWriter;

/** Rejection of a command. The message goes to the back end and never quotes a key, a token or a body. */
final class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Rejected reason;

    RejectedException(Rejected reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    Rejected reason() {
        return reason;
    }

    /** Writes {@code {"error":{"code":107,"message":"…"}}}. */
    void write(JsonWriter writer) {
        writeError(writer.raw("{\"error\":"));
        writer.raw("}");
    }

    /** Writes {@code {"code":107,"message":"…"}}. */
    void writeError(JsonWriter writer) {
        writer.raw("{\"code\":")
                .number(reason.code().code())
                .raw(",\"message\":")
                .quoted(String.valueOf(getMessage()))
                .raw("}");
    }
}
