package dev.cordon.bench.load;

import java.io.IOException;

/** One message to all users by one command: the peers' own over the socket, Cordon's {@code /api/broadcast} over HTTP. */
final class Broadcast {
    private final Turn turn;
    private final byte[] channels;

    Broadcast(Turn turn) {
        this.turn = turn;
        this.channels = turn.channels(0, turn.crowd().size());
    }

    void run() throws IOException {
        if (turn.target().cordon()) {
            overHttp();
        } else {
            overSocket();
        }
    }

    private void overSocket() {
        Publisher publisher = turn.publisher();
        long delivered = turn.crowd().delivered();
        long sent = publisher.sent();
        turn.measure("broadcast", turn.crowd()::delivered, () -> {
            if (publisher.outstanding() < 2) {
                publisher.broadcast(channels, 0);
                publisher.flush();
            }
        });
        turn.settle(
                "broadcast",
                delivered + (publisher.sent() - sent) * turn.crowd().size());
    }

    private void overHttp() throws IOException {
        Text body = new Text()
                .add(Text.bytes("{\"channels\":"))
                .add(channels)
                .add(Text.bytes(",\"data\":{\"t\":0,\"p\":\"" + "x".repeat(turn.payload()) + "\"}}"));
        try (HttpLoad load = new HttpLoad(turn.loop(), turn.target(), 2)) {
            long delivered = turn.crowd().delivered();
            load.check("/api/broadcast", body);
            turn.measure("broadcast", turn.crowd()::delivered, () -> load.keepBusy("/api/broadcast", body));
            load.finish();
            turn.settle("broadcast", delivered + load.accepted() * turn.crowd().size());
        }
    }
}
