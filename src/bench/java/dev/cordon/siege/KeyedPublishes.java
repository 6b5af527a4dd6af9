package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/** Publishes with a fresh idempotency key of the greatest length each, in batches. */
final class KeyedPublishes implements Attack {
    private static final int COMMANDS = 200;
    private static final int BATCHES = 20;
    private static final String LONG = "k".repeat(100);

    @Override
    public String name() {
        return "idempotency keys";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) throws IOException {
        try (Line line = Line.open(node.port(), from)) {
            line.patience(Duration.ofSeconds(20));
            for (int i = 0; i < BATCHES; i++) {
                StringBuilder body = new StringBuilder("{\"commands\":[");
                for (int j = 0; j < COMMANDS; j++) {
                    body.append(j == 0 ? "" : ",")
                            .append("{\"publish\":{\"channel\":\"#keyed\",\"data\":1,\"idempotency_key\":\"")
                            .append(LONG)
                            .append(Long.toHexString(System.nanoTime()))
                            .append(j)
                            .append("\"}}");
                }
                line.post("api/batch", body.append("]}").toString());
                line.answer();
            }
        }
    }
}
