package dev.cordon.siege;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;

/**
 * S1: without a token, 500 handshakes, each with all but the last bytes of a text frame.
 *
 * @param size bytes that the frame announces
 */
record HalfFrames(int size) implements Attack {
    @Override
    public String name() {
        return "S1 half frames of strangers, " + size + " bytes";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) {
        byte[] frame = Line.frame(1, new byte[size]);
        byte[] half = Arrays.copyOf(frame, frame.length - 2);
        Attack.hold(
                500,
                number -> {
                    Line line = Line.upgraded(node.port(), from, Duration.ofSeconds(5));
                    line.bytes(half);
                    return line;
                },
                Duration.ofSeconds(3));
    }
}
