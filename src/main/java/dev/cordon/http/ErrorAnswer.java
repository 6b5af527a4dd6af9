package dev.cordon.http;

import java.nio.charset.StandardCharsets;

/**
 * The answer to a request that fails before an application reads it: an HTTP status and one line of JSON with its code.
 */
public final class ErrorAnswer {
    private ErrorAnswer() {}

    /**
     * {@code {"error":{"code":408,"message":"…"}}}.
     *
     * @param message in ASCII, without quotes, backslashes and control characters
     */
    public static byte[] body(int status, String message) {
        return ("{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\"}}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Head and {@link #body} of an answer after which the connection ends. */
    public static byte[] whole(int status, String message) {
        byte[] body = body(status, message);
        return ("HTTP/1.1 " + status + " " + ReasonPhrases.of(status)
                        + "\r\nServer: Cordon\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + body.length + "\r\n\r\n" + new String(body, StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
    }
}
