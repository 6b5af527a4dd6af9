package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/** 80 connections of two users that read nothing, while 60 KB are published to them a hundred times. */
final class StalledReaders implements Attack {
    private static final String PAYLOAD = "x".repeat(60_000);

    @Override
    public String name() {
        return "readers that have stalled";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) throws IOException {
        try (Line publisher = Line.open(node.port(), from)) {
            publisher.patience(Duration.ofSeconds(20));
            Attack.hold(
                    80,
                    number -> {
                        Line line = Line.connected(
                                node.port(), from, node.token("stalled-" + number % 2), "s" + number / 16);
                        if (number == 79) {
                            for (int i = 0; i < 200; i++) {
                                publisher.post(
                                        "api/publish",
                                        "{\"channel\":\"#stalled-" + i % 2 + "\",\"data\":\"" + PAYLOAD + "\"}");
                                publisher.sip(100);
                            }
                        }
                        return line;
                    },
                    Duration.ofSeconds(1));
        }
    }
}
