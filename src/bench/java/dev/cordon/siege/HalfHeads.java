package dev.cordon.siege;

import java.net.InetAddress;
import java.time.Duration;

/**
 * S1 before any WebSocket: connections that send most of a request's head, and no more.
 *
 * @param count connections at once
 */
record HalfHeads(int count) implements Attack {
    private static final String HEAD =
            "GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + "x".repeat(7_000);

    @Override
    public String name() {
        return "S1 half heads";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) {
        Attack.hold(
                count,
                number -> {
                    Line line = Line.open(node.port(), from);
                    line.ascii(HEAD);
                    return line;
                },
                Duration.ofSeconds(3));
    }
}
