package dev.cordon.siege;

import java.net.InetAddress;
import java.time.Duration;

/**
 * D1 and D2: posts of which all but the last byte come.
 *
 * @param name the input's id, and what it is
 * @param path of the resource
 * @param header one that lets it in, or nothing
 */
record StalledPosts(String name, String path, String header) implements Attack {
    @Override
    public void round(BesiegedNode node, InetAddress from) {
        Attack.hold(
                8,
                number -> {
                    Line line = Line.open(node.port(), from);
                    line.ascii("POST /" + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + node.port() + "\r\n" + header
                            + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{");
                    return line;
                },
                Duration.ofSeconds(10));
    }
}
