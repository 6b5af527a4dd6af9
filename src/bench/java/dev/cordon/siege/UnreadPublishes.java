package dev.cordon.siege;

import java.net.InetAddress;
import java.time.Duration;

/** S3: with a key, 12,000 plain publishes pipelined on each of eight connections, nothing read for two seconds, then closed. */
final class UnreadPublishes implements Attack {
    private static final int AT_ONCE = 100;

    @Override
    public String name() {
        return "S3 publishes whose answers are not read";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) {
        String body = "{\"channel\":\"#unread\",\"data\":1}";
        String request = ("POST /api/publish HTTP/1.1\r\nHost: 127.0.0.1:" + node.port() + "\r\nX-API-Key: "
                        + BesiegedNode.KEY + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .repeat(AT_ONCE);
        Attack.hold(
                8,
                number -> {
                    Line line = Line.open(node.port(), from);
                    Thread sender = new Thread(
                            () -> {
                                try {
                                    for (int i = 0; i < 12_000 / AT_ONCE; i++) {
                                        line.ascii(request);
                                    }
                                } catch (java.io.IOException e) {
                                    // Cut, or closed at the end of the round: as it should be.
                                    Thread.currentThread().interrupt();
                                }
                            },
                            "unread publishes");
                    sender.setDaemon(true);
                    sender.start();
                    return line;
                },
                Duration.ofSeconds(2));
    }
}
