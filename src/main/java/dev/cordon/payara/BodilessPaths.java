package dev.cordon.payara;

import java.util.Optional;
import org.glassfish.grizzly.http.HttpRequestPacket;

/**
 * A check that rejects requests with a body to the container's own pages, which never need one. The container would
 * read a form that is sent to {@code /health} on a thread that waits for it.
 */
final class BodilessPaths implements RequestCheck {
    private static final Optional<Rejection> REJECTION =
            Optional.of(new Rejection(413, "a request to this address has no body"));

    @Override
    public Optional<Rejection> reject(HttpRequestPacket head) {
        // With an Upgrade header the container always expects a body, so the length and the coding decide.
        boolean body = head.getContentLength() > 0 || head.isChunked();
        return body && ContainerPages.own(head) ? REJECTION : Optional.empty();
    }
}
