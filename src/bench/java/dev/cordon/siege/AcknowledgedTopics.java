package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/** S4: users acknowledge topics that a publisher has published to, as many as each of them may. */
final class AcknowledgedTopics implements Attack {
    private static final int USERS = 4;
    private static final int TOPICS = 250;

    private long user;

    @Override
    public String name() {
        return "S4 acknowledgements of real topics";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) throws IOException {
        for (int i = 0; i < USERS; i++) {
            acknowledge(node, from, "acknowledges-" + user++);
        }
    }

    private static void acknowledge(BesiegedNode node, InetAddress from, String name) throws IOException {
        StringBuilder channels = new StringBuilder();
        StringBuilder acks = new StringBuilder();
        for (int i = 0; i < TOPICS; i++) {
            channels.append(i == 0 ? "\"" : ",\"")
                    .append('a')
                    .append(i)
                    .append('#')
                    .append(name)
                    .append('"');
            acks.append("{\"id\":%d,\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"a%d#%s\",\"upto\":1}}}\n"
                    .formatted(i + 2, i, name));
        }
        try (Line api = Line.open(node.port(), from);
                Line line = Line.connected(node.port(), from, node.token(name))) {
            api.patience(Duration.ofSeconds(20));
            api.post("api/broadcast", "{\"channels\":[" + channels + "],\"data\":1}");
            api.answer();
            line.text(acks.toString().strip());
            // All of them: what is still unread when the line closes may never be carried out.
            for (long replies = 0; replies < TOPICS; ) {
                replies += line.next().lines().count();
            }
        }
    }
}
