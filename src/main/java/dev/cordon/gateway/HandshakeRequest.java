package dev.cordon.gateway;

import java.util.List;

/** An opening handshake as it was sent, whoever has read it: the container or Cordon itself. */
public interface HandshakeRequest {
    /** {@code GET}, if it is good. */
    String method();

    /** {@code HTTP/1.1}, if it is good. */
    String protocol();

    /** {@code http} or {@code https}. */
    String scheme();

    /** The values of a header field, in order; the name in any case of letters. */
    List<String> header(String name);

    /** Whether a body follows the head. */
    boolean hasBody();

    /** The peer's address, without its port. */
    String remoteAddress();
}
