package dev.cordon.payara;

import java.util.Optional;
import org.glassfish.grizzly.http.HttpRequestPacket;

/**
 * No request to the container's own pages has a body, so those that have one are rejected: the container reads a form that is sent to
 * {@code /health} with a thread that waits for it.
 */
final class BodilessPaths implements RequestCheck {
    private static final Optional<Rejection> REJECTION =
            Optional.of(new Rejection(413, "a request to this address has no body"));

    @Override
    public Optional<Rejection> reject(HttpRequestPacket head) {
        // Beside an Upgrade header the container expects a body in any case.
        boolean body = head.getContentLength() > 0 || head.isChunked();
        return body && ContainerPages.own(head) ? REJECTION : Optional.empty();
    }
}
