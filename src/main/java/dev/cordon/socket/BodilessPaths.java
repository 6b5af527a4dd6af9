package dev.cordon.socket;

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
        return head.isExpectContent() && ContainerPages.own(head) ? REJECTION : Optional.empty();
    }
}
