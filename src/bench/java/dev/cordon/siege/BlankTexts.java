package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;

/** S9: a user sends empty and blank texts as fast as it can. */
final class BlankTexts implements Attack {
    private static final int ROUND = 100_000;
    private static final byte[] BLANK = Line.frame(1, new byte[] {' '});

    @Override
    public String name() {
        return "S9 blank texts";
    }

    @Override
    public void round(BesiegedNode node, InetAddress from) throws IOException {
        try (Line line = Line.connected(node.port(), from, node.token("blank"))) {
            byte[] many = new byte[BLANK.length * 100];
            for (int i = 0; i < many.length; i++) {
                many[i] = BLANK[i % BLANK.length];
            }
            for (int i = 0; i < ROUND; i += 100) {
                line.bytes(many);
            }
        }
    }
}
