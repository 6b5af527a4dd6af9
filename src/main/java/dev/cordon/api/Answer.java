package dev.cordon.api;

import dev.cordon.protocol.json.JsonWriter;
import java.util.Map;

/**
 * An answer to the back end.
 *
 * @param status HTTP status
 * @param json body; not copied, so callers must not change the array
 */
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, byte[] json) {
    private static final String JSON = "application/json";

    /** Returns the headers of the answer, without Content-Length. */
    Map<String, String> headers() {
        if (status == Rejected.UNAUTHORIZED.status()) {
            return Map.of("Content-Type", JSON, "WWW-Authenticate", "Bearer");
        }
        if (status == Rejected.TEMPORARY.status()) {
            return Map.of("Content-Type", JSON, "Retry-After", "1");
        }
        return Map.of("Content-Type", JSON);
    }

    static Answer rejected(Rejected reason, String message) {
        JsonWriter writer = new JsonWriter(128);
        new RejectedException(reason, message).write(writer);
        return new Answer(reason.status(), writer.bytes());
    }
}
