package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** S2: no credentials; four connections, each pipelines 50 requests for something long and reads nothing, or a little now and then. */
final class UnreadPages implements Attack {
    private static final List<String> PAGES = List.of("/vendor/centrifuge/centrifuge.js", "/metrics", "/openapi", "/");

    @Override
    public String name() {
        return "S2 pages that are not read";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) {
        Attack.hold(
                4,
                number -> {
                    Line line = Line.open(node.port(), from);
                    line.ascii(("GET " + PAGES.get(number) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").repeat(50));
                    drip(line, number);
                    return line;
                },
                Duration.ofSeconds(15));
    }

    private static void drip(Line line, int number) throws IOException {
        line.patience(Duration.ofSeconds(1));
        if (number % 2 == 0) {
            line.sip(2048);
        }
    }
}
