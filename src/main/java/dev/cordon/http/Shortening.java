package dev.cordon.http;

import jakarta.servlet.http.HttpServletRequest;

/** Spares the container requests of a kind that it has led to this application before. Thread-safe. */
public interface Shortening {
    /**
     * This request came through the container and was answered well: the next plain POSTs that come to the same listener, for the same host
     * and path, need not, where that can be. Does nothing where it cannot. Idempotent.
     *
     * @param base path of the request up to what names the method, ending with a slash
     */
    void offer(HttpServletRequest request, String base, PlainPosts to);
}
