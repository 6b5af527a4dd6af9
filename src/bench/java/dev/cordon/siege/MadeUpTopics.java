package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;

/** S4: a user acknowledges topics that it makes up, as fast as it can. */
final class MadeUpTopics implements Attack {
    private static final int ROUND = 30_000;

    private long topic;

    @Override
    public String name() {
        return "S4 acknowledgements of made-up topics";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) throws IOException {
        String user = "made-up-" + topic % 50;
        try (Line line = Line.connected(node.port(), from, node.token(user))) {
            for (int i = 0; i < ROUND; i += 100) {
                StringBuilder commands = new StringBuilder();
                for (int j = 0; j < 100; j++) {
                    commands.append(
                            "{\"id\":%d,\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"a%d#%s\",\"upto\":0}}}\n"
                                    .formatted(i + j + 2, topic++, user));
                }
                line.text(commands.toString().strip());
                line.next();
            }
        }
    }
}
