package dev.cordon.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Connections that come, authenticate, and leave, 32 at a time: handshake, connect command and its reply, close. */
final class ConnectRate implements Client.Listener {
    private static final int AT_ONCE = 32;
    private static final int NAMES = 4096;

    private final Turn turn;
    private int underWay;
    private long connected;
    private long failed;
    private int next;

    ConnectRate(Turn turn) {
        this.turn = turn;
    }

    void run() {
        if (turn.target().cordon()) {
            for (int i = 0; i < NAMES; i++) {
                turn.target().tokens().issue("c" + i, false);
            }
        }
        turn.measure("connect", () -> connected, this::open);
        turn.loop().until(() -> underWay == 0, 5);
        turn.figures().put("connect.failed", failed);
    }

    private void open() {
        try {
            while (underWay < AT_ONCE) {
                Client.receiver(turn.loop(), turn.target(), "c" + next++ % NAMES, this, 0);
                underWay++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void joined(Client client) {
        connected++;
        client.leave();
    }

    @Override
    public void message(Client client, byte[] buffer, int from, int to) {
        // Nothing is published to these users.
    }

    @Override
    public void ended(Client client) {
        underWay--;
        failed += client.closeCode() == 1000 || client.closeCode() == 1005 ? 0 : 1;
    }
}
