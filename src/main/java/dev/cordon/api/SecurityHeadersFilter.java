package dev.cordon.api;

import dev.cordon.heap.OutOfMemory;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * A filter that adds security headers (OWASP Secure Headers): no inline code, no foreign content, no frame around the
 * pages.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class SecurityHeadersFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** Headers of every answer of this application. */
    static final Map<String, String> HEADERS = Map.of(
            "Server", "Cordon",
            "Content-Security-Policy", POLICY,
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer");

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HEADERS.forEach(response::setHeader);
        if (request.getHeader("Upgrade") != null && !"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            // An offer of h2c by Java's HTTP client: the container would send the answer without its end.
            response.setHeader("Connection", "close");
        }
        try {
            chain.doFilter(request, response);
        } catch (OutOfMemoryError e) {
            // The server would answer 500 and go on.
            OutOfMemory.ends(e);
        }
    }
}
