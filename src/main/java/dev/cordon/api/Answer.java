package dev.cordon.api;

import dev.cordon.protocol.json.JsonText;
import java.util.Map;

/**
 * What goes back to the back end.
 *
 * @param status of HTTP
 * @param json the body; not copied, and changed by nobody
 */
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, byte[] json) {
    private static final String JSON = "application/json";

    /** What the answer's head says of it, but for its length. */
    Map<String, String> headers() {
        if (status == Refused.UNAUTHORIZED.status()) {
            return Map.of("Content-Type", JSON, "WWW-Authenticate", "Bearer");
        }
        if (status == Refused.TEMPORARY.status()) {
            return Map.of("Content-Type", JSON, "Retry-After", "1");
        }
        return Map.of("Content-Type", JSON);
    }

    static Answer refused(Refused reason, String message) {
        JsonText text = new JsonText(128);
        new RefusedException(reason, message).write(text);
        return new Answer(reason.status(), text.bytes());
    }
}
