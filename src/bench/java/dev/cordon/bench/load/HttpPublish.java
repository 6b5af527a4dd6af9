package dev.cordon.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Publishing over Cordon's HTTP API: singly, a batch of 100 commands, a broadcast to 100 channels. */
final class HttpPublish {
    private static final int CONNECTIONS = Integer.getInteger("bench.publishers", 4);
    private static final int BATCH = 100;

    private final Turn turn;
    private final String data;
    private int next;

    HttpPublish(Turn turn) {
        this.turn = turn;
        this.data = "\"data\":{\"t\":0,\"p\":\"" + "x".repeat(turn.payload()) + "\"}";
    }

    void run() throws IOException {
        if (!turn.target().cordon()) {
            return;
        }
        drive("http.single", "/api/publish", 1, bodies(1, this::single));
        drive("http.batch", "/api/batch", BATCH, bodies(BATCH, this::batch));
        drive("http.broadcast", "/api/broadcast", BATCH, bodies(BATCH, this::broadcast));
    }

    /**
     * Sends bodies in turn.
     *
     * @param messages of each body
     */
    void drive(String name, String path, int messages, List<Text> bodies) throws IOException {
        try (HttpLoad load = new HttpLoad(turn.loop(), turn.target(), CONNECTIONS)) {
            long delivered = turn.crowd().delivered();
            load.check(path, bodies.get(0));
            turn.measure(name, turn.crowd()::delivered, () -> load.keepBusy(path, bodies.get(next++ % bodies.size())));
            load.finish();
            turn.settle(name, delivered + load.accepted() * messages);
        } catch (IllegalStateException e) {
            turn.figures().note(name, String.valueOf(e.getMessage()));
        }
    }

    /** Makes a body from the index of its first user. */
    private interface Body {
        String from(int user);
    }

    private List<Text> bodies(int users, Body body) {
        List<Text> made = new ArrayList<>();
        for (int user = 0; user + users <= turn.crowd().size(); user += users) {
            made.add(new Text().add(Text.bytes(body.from(user))));
        }
        if (made.isEmpty()) {
            throw new IllegalStateException("needs " + users + " users");
        }
        return made;
    }

    private String single(int user) {
        return "{\"channel\":\"#" + turn.crowd().user(user) + "\"," + data + "}";
    }

    private String batch(int user) {
        List<String> commands = new ArrayList<>();
        for (int i = user; i < user + BATCH; i++) {
            commands.add("{\"publish\":" + single(i) + "}");
        }
        return "{\"commands\":[" + String.join(",", commands) + "]}";
    }

    private String broadcast(int user) {
        return "{\"channels\":" + new String(turn.channels(user, user + BATCH), StandardCharsets.UTF_8) + "," + data
                + "}";
    }
}
