package dev.cordon.payara;

import java.util.Optional;
import org.glassfish.grizzly.http.HttpRequestPacket;

/** A check of each request's head, behind a listener's HTTP codec and before the container. Thread-safe. */
interface RequestCheck {
    /** Returns why to reject a request; empty if it may go on. Must neither wait nor keep the request. */
    Optional<Rejection> reject(HttpRequestPacket head);

    /**
     * An error answer, after which the connection is closed.
     *
     * @param status of HTTP
     * @param message one line for the JSON body, without quotes and control characters
     */
    record Rejection(int status, String message) {}
}
