package dev.cordon.stream;

import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.stream.StreamEncoder.Refusal;
import java.util.HashMap;
import java.util.Map;

/**
 * Why a stream ends: for a one-way client that has received nothing yet as an HTTP status with one line of JSON, for
 * any other within the stream.
 *
 * @param status HTTP status
 * @param code close code or error code
 * @param message reason in words
 */
record StreamRefusal(int status, int code, String message) {
    static StreamRefusal of(Disconnect why) {
        return new StreamRefusal(status(why), why.code(), why.reason());
    }

    private static int status(Disconnect why) {
        return switch (why.code()) {
            case 3005, 3500 -> 401;
            case 3501 -> 400;
            case 3507 -> 403;
            case 3013, 3504 -> 429;
            default -> why.isFinal() ? 403 : 503;
        };
    }

    /** @param error the error with which the connect was answered */
    static StreamRefusal of(Refusal error) {
        int status = switch (error.code()) {
            case 109 -> 401;
            case 107 -> 400;
            case 111 -> 429;
            default -> error.temporary() ? 503 : 403;
        };
        return new StreamRefusal(status, error.code(), error.message());
    }

    Disconnect disconnect() {
        return new Disconnect(code, message);
    }

    Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Cache-Control", "no-store");
        headers.put("Content-Length", Integer.toString(body().length));
        if (status == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        } else if (status == 503 || status == 429) {
            headers.put("Retry-After", "1");
        }
        return headers;
    }

    byte[] body() {
        return new JsonWriter(64 + message.length())
                .raw("{\"error\":{\"code\":")
                .number(code)
                .raw(",\"message\":")
                .quoted(message)
                .raw("}}\n")
                .bytes();
    }
}
