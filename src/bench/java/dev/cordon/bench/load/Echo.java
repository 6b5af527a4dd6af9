package dev.cordon.bench.load;

import org.HdrHistogram.Histogram;

/** A command and its reply: round trip at a fixed rate, then processor time with 64 connections that each wait for one reply. */
final class Echo {
    private static final int CONNECTIONS = 64;
    private static final long INTERVAL_NANOS = 1_000_000;
    private static final byte[] HEAD = Text.bytes("{\"id\":");
    private static final byte[] METHOD = Text.bytes(",\"rpc\":{\"method\":\"echo\",\"data\":{\"t\":");
    private static final byte[] PADDING = Text.bytes(",\"p\":\"");
    private static final byte[] TAIL = Text.bytes("\"}}}");

    private final Turn turn;
    private final byte[] padding;
    private final Text text = new Text();
    private long id = 1;
    private long answered;

    Echo(Turn turn) {
        this.turn = turn;
        this.padding = Text.bytes("x".repeat(turn.payload()));
    }

    void run() {
        try {
            roundTrip(0.3, Figures.histogram());
            Histogram nanos = Figures.histogram();
            roundTrip(turn.secondsAtRate(), nanos);
            turn.figures().latency("echo", nanos);
            closedLoop();
        } finally {
            turn.crowd().replies(null);
        }
    }

    private void roundTrip(double seconds, Histogram nanos) {
        answered = 0;
        turn.crowd().replies((client, buffer, from, to) -> {
            nanos.recordValue(Math.max(0, System.nanoTime() - Crowd.time(buffer, from, to)));
            answered++;
        });
        long due = System.nanoTime() + INTERVAL_NANOS;
        long end = due + (long) (seconds * 1e9);
        long sent = 0;
        while (due < end) {
            if (due <= System.nanoTime()) {
                send(client(sent++), due);
                due += INTERVAL_NANOS;
            }
            turn.loop().spin();
        }
        long all = sent;
        if (!turn.loop().until(() -> answered == all, 5)) {
            throw new IllegalStateException(answered + " of " + all + " echoes came back");
        }
    }

    private void closedLoop() {
        turn.crowd().replies((client, buffer, from, to) -> {
            answered++;
            send(client, 0);
        });
        int connections = Math.min(CONNECTIONS, turn.crowd().size());
        for (int i = 0; i < connections; i++) {
            send(client(i), 0);
        }
        turn.measure("echo", () -> answered, () -> {});
        long before = answered;
        turn.crowd().replies((client, buffer, from, to) -> answered++);
        turn.loop().until(() -> answered >= before + connections, 2);
    }

    private Client client(long index) {
        return turn.crowd().clients.get((int)
                (index % Math.min(100, turn.crowd().size())));
    }

    private void send(Client client, long time) {
        text.clear()
                .add(HEAD)
                .add(++id)
                .add(METHOD)
                .add(time)
                .add(PADDING)
                .add(padding)
                .add(TAIL);
        client.send(text.array(), text.length());
        client.flush();
    }
}
