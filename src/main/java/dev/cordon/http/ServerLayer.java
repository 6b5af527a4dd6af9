package dev.cordon.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** What the server beneath Servlet offers for a request that waits for its client. Thread-safe. */
public interface ServerLayer {
    /** Bytes of an answer's body up to which the thread that writes it never waits for the client; negative where it may always. */
    int writtenAtOnce();

    /**
     * What ends the request's connection at once, from any thread and at any later time. Empty where the server hides its connections: it then
     * ends them by its own timeouts.
     */
    Optional<Runnable> cutter(HttpServletRequest request);
}
