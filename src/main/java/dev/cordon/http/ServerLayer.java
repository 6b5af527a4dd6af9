package dev.cordon.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** The network layer beneath Servlet, as needed by a request that waits for its client. Thread-safe. */
public interface ServerLayer {
    /**
     * Longest answer body, in bytes, that is written without waiting for the client; negative if none is certain to be.
     */
    int writtenAtOnce();

    /**
     * Returns a task that cuts the request's connection at once, from any thread and at any later time. Empty if the
     * server hides its connections: then its own timeouts end them.
     */
    Optional<Runnable> cutter(HttpServletRequest request);
}
