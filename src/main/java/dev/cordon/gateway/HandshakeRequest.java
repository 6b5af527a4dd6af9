package dev.cordon.gateway;

import java.util.List;

/** An opening handshake as it was sent, parsed by the container or by Cordon. */
public interface HandshakeRequest {
    /** {@code GET}, if the handshake is valid. */
    String method();

    /** {@code HTTP/1.1}, if the handshake is valid. */
    String protocol();

    /** {@code http} or {@code https}. */
    String scheme();

    /** The values of a header field, in order; the name in any case of letters. */
    List<String> header(String name);

    /** What follows the question mark of the target, as it was sent. Empty without one. */
    String query();

    /** Whether a body follows the head. */
    boolean hasBody();

    /** The peer's address, without its port. */
    String remoteAddress();
}
