package dev.cordon.http;

import jakarta.servlet.http.HttpServletRequest;

/** A registry of routes whose next plain POSTs may bypass the container. Thread-safe. */
public interface Shortening {
    /**
     * Offers the route of a request that came through the container and was answered well. The next plain POSTs to the
     * same listener, host and path bypass the container where that is possible; otherwise nothing happens. Idempotent.
     *
     * @param base path of the request up to the method's name, ending with a slash
     */
    void offer(HttpServletRequest request, String base, PlainPosts to);
}
