package dev.cordon.stream;

import dev.cordon.gateway.HandshakeRejection;
import dev.cordon.http.Exchange;
import dev.cordon.protocol.json.JsonWriter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;

/** The answers of this package's addresses that are no streams. */
final class StreamAnswer {
    private StreamAnswer() {}

    /** Answers a request that a page of an allowed origin may read the answer of. */
    static void error(Exchange exchange, HttpServletRequest request, int status, String message) {
        error(exchange, status, message, PageOrigin.headers(request));
    }

    /** Answers a request of a page that may not connect, or of which that is not known yet. */
    static void error(Exchange exchange, HandshakeRejection why) {
        error(exchange, why.status(), why.message(), Map.of());
    }

    /** Answers a request with a method that the address does not know. */
    static void wrongMethod(Exchange exchange, String methods) {
        error(exchange, 405, "use " + methods.replace(", ", " or "), Map.of("Allow", methods + ", OPTIONS"));
    }

    static void json(Exchange exchange, HttpServletRequest request, JsonWriter body) {
        answer(exchange, 200, PageOrigin.headers(request), body.bytes());
    }

    /** Answers a request of which there is nothing to say. */
    static void taken(Exchange exchange, HttpServletRequest request) {
        exchange.answer(204, PageOrigin.headers(request), new byte[0]);
    }

    /** Answers a browser that asks before it sends the request itself. */
    static void preflight(Exchange exchange, HttpServletRequest request, String methods) {
        exchange.answer(204, PageOrigin.preflightHeaders(request, methods), new byte[0]);
    }

    private static void error(Exchange exchange, int status, String message, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        if (status == 401) {
            all.put("WWW-Authenticate", "Bearer");
        } else if (status == 429 || status == 503) {
            all.put("Retry-After", "1");
        }
        answer(
                exchange,
                status,
                all,
                new JsonWriter(64 + message.length())
                        .raw("{\"error\":{\"code\":")
                        .number(status)
                        .raw(",\"message\":")
                        .quoted(message)
                        .raw("}}\n")
                        .bytes());
    }

    private static void answer(Exchange exchange, int status, Map<String, String> headers, byte[] body) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Cache-Control", "no-store");
        exchange.answer(status, all, body);
    }
}
