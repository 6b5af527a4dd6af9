package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/** S5: a publisher broadcasts one byte to a thousand channels that nobody has heard of, again and again. */
final class FreshChannels implements Attack {
    private static final int CHANNELS = 1_000;
    private static final int BROADCASTS = 20;

    private long channel;

    @Override
    public String name() {
        return "S5 broadcasts to fresh channels";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) throws IOException {
        try (Line line = Line.open(node.port(), from)) {
            line.patience(Duration.ofSeconds(20));
            for (int i = 0; i < BROADCASTS; i++) {
                String body = body();
                line.ascii("POST /api/broadcast HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " + BesiegedNode.KEY
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                line.sip(1024);
            }
        }
        Attack.pause(Duration.ofMillis(500));
    }

    private String body() {
        StringBuilder body = new StringBuilder("{\"channels\":[");
        for (int i = 0; i < CHANNELS; i++) {
            body.append(i == 0 ? "\"#fresh-" : ",\"#fresh-").append(channel++).append('"');
        }
        return body.append("],\"data\":1}").toString();
    }
}
