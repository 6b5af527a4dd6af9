package dev.cordon.api;

import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.json.JsonWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** Decides who may use the addresses of development mode: clients on this machine, under a name of this machine. Thread-safe. */
final class DevAccess {
    /** Host names that no foreign page can have. */
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?", Pattern.CASE_INSENSITIVE);

    private final String what;
    private final RateLimitedLog log;

    /** @param what the address gives, as the subject of a sentence in plural */
    DevAccess(String what, Class<?> where) {
        this.what = what;
        this.log = new RateLimitedLog(System.getLogger(where.getName()));
    }

    /** Returns true if the client may use the address. Otherwise answers the request: 404 for another machine, 403 for another name. */
    boolean admits(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()) {
            hide(response);
            return false;
        }
        if (!LOOPBACK.matcher(request.getServerName()).matches()) {
            // DNS rebinding: a foreign page whose host name resolves to this machine still sends its own host name.
            log.warn("host", what + " were rejected: requested at " + request.getServerName());
            answer(response, 403, error(103, what + " are for requests to localhost and 127.0.0.1 only"));
            return false;
        }
        return true;
    }

    /** Answers as if there were no such address. */
    static void hide(HttpServletResponse response) throws IOException {
        answer(response, 404, error(404, "not found"));
    }

    static String error(int code, String message) {
        return new JsonWriter(128)
                .raw("{\"error\":{\"code\":")
                .number(code)
                .raw(",\"message\":")
                .quoted(message)
                .raw("}}")
                .asString();
    }

    static void answer(HttpServletResponse response, int status, String json) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().println(json);
    }
}
