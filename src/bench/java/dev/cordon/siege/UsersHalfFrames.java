package dev.cordon.siege;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;

/** S1 with tokens: 64 connections of eight users, each with all but the last bytes of a text frame of 1 MiB. */
final class UsersHalfFrames implements Attack {
    private static final byte[] HALF = Arrays.copyOf(Line.frame(1, new byte[1024 * 1024]), 1024 * 1024);

    @Override
    public String name() {
        return "S1 half frames of users";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) {
        Attack.hold(
                64,
                number -> {
                    Line line = Line.connected(node.port(), from, node.token("half-" + number % 16));
                    line.bytes(HALF);
                    return line;
                },
                Duration.ofSeconds(3));
    }
}
