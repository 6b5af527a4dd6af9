package dev.cordon.stream;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The origin of the page from which a request came (RFC 6454), and what a page of another origin must be told. */
final class PageOrigin {
    private PageOrigin() {}

    static Optional<String> of(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Origin"));
    }

    /**
     * Whether two requests came from pages of the same origin. A browser sends no origin with a GET of a page of this
     * server, but with its POST: so none at all is that of this server. A browser leaves the scheme's own port out of an
     * origin, and a proxy may write it into the header Host.
     *
     * @param host the header Host of the second request
     */
    static boolean same(Optional<String> first, Optional<String> second, String host) {
        return first.equals(second)
                || (first.isEmpty() && isOf(host, second))
                || (second.isEmpty() && isOf(host, first));
    }

    private static boolean isOf(String host, Optional<String> origin) {
        String named = host.toLowerCase(Locale.ROOT);
        return origin.map(of -> of.toLowerCase(Locale.ROOT))
                .filter(of -> of.equals("http://" + named.replaceFirst(":80$", ""))
                        || of.equals("https://" + named.replaceFirst(":443$", "")))
                .isPresent();
    }

    /** Headers by which a browser lets a page read the answer; the request's origin has been checked before. */
    static Map<String, String> headers(HttpServletRequest request) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Vary", "Origin");
        of(request).ifPresent(origin -> headers.put("Access-Control-Allow-Origin", origin));
        return headers;
    }

    /** Headers of the answer to a browser that asks before the request itself (Fetch, CORS-preflight). */
    static Map<String, String> preflightHeaders(HttpServletRequest request, String methods) {
        Map<String, String> headers = headers(request);
        headers.put("Access-Control-Allow-Methods", methods);
        headers.put("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID, Cache-Control");
        headers.put("Access-Control-Max-Age", "600");
        return headers;
    }
}
