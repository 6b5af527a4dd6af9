package dev.cordon.canary;

import java.net.InetSocketAddress;
import java.net.URI;

/**
 * The address of the node's own WebSocket endpoint.
 *
 * @param path of the endpoint, with the application's context path
 * @param header name of the request header that carries the ticket
 */
public record Address(String hostName, int port, String path, String header) {
    /** @param base address of the application, such as {@code http://127.0.0.1:8080/} */
    public static Address of(URI base, String header) {
        if (!"http".equals(base.getScheme()) || base.getHost() == null) {
            throw new IllegalArgumentException("must be an address such as http://127.0.0.1:8080/");
        }
        String path = base.getPath() == null ? "" : base.getPath();
        return new Address(
                base.getHost(),
                base.getPort() < 0 ? 80 : base.getPort(),
                (path.endsWith("/") ? path : path + "/") + "connection/websocket",
                header);
    }

    InetSocketAddress socket() {
        return new InetSocketAddress(hostName, port);
    }

    String host() {
        return hostName + ":" + port;
    }
}
