package dev.cordon.payara;

import java.util.Optional;
import org.glassfish.grizzly.http.HttpRequestPacket;

/** Looks at the head of each request that came through a listener's HTTP codec, before the container does. Thread-safe. */
interface RequestCheck {
    /** What the request is rejected with; empty if it may go on. Neither waits nor keeps the request. */
    Optional<Rejection> reject(HttpRequestPacket head);

    /**
     * An answer, after which the connection is closed.
     *
     * @param status of HTTP
     * @param message one line for the JSON body, without quotes and control characters
     */
    record Rejection(int status, String message) {}
}
