package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/**
 * S5: a publisher broadcasts to hundreds of channels that nobody has heard of, again and again.
 *
 * @param size bytes of each message
 * @param broadcasts of one round; what a round makes beyond the log's share pushes out the channels of others
 */
record FreshChannels(int size, int broadcasts) implements Attack {
    private static final int CHANNELS = 1_000;
    private static final Duration PAUSE = Duration.ofMillis(25);

    @Override
    public String name() {
        return "S5 broadcasts to fresh channels";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) throws IOException {
        try (Line line = Line.open(node.port(), from)) {
            line.patience(Duration.ofSeconds(20));
            for (int i = 0; i < broadcasts; i++) {
                line.post("api/broadcast", body());
                line.answer();
            }
        }
        Attack.pause(PAUSE.multipliedBy(broadcasts));
    }

    private String body() {
        StringBuilder body = new StringBuilder("{\"channels\":[");
        String base = "\"#fresh-" + Long.toHexString(System.nanoTime()) + "-";
        for (int i = 0; i < CHANNELS; i++) {
            body.append(i == 0 ? "" : ",").append(base).append(i).append('"');
        }
        return body.append("],\"data\":\"")
                .append("x".repeat(size))
                .append("\"}")
                .toString();
    }
}
