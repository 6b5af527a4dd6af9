package dev.cordon.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** The requests of two-way streams to {@code /emulation}: those of all of them go over a few keep-alive connections. */
final class WayBack implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    /** The stream has ended meanwhile. */
    private static final int GONE = 404;

    private final Loop loop;
    private final Target target;
    private final Queue<Text> waiting = new ArrayDeque<>();
    private final List<HttpConnection> connections = new ArrayList<>();

    WayBack(Loop loop, Target target) {
        this.loop = loop;
        this.target = target;
    }

    /** @throws IllegalStateException if a request has failed or was rejected; from the loop too */
    void send(Text body) {
        waiting.add(body);
        if (connections.size() < CONNECTIONS) {
            connections.add(open());
        }
        proceed();
    }

    private HttpConnection open() {
        try {
            return new HttpConnection(loop, target, this::proceed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives each idle connection the next request. */
    private void proceed() {
        for (int i = 0; i < connections.size() && !waiting.isEmpty(); i++) {
            HttpConnection connection = connections.get(i);
            if (connection.status() >= 300 && connection.status() != GONE) {
                throw new IllegalStateException(
                        "POST /emulation answered " + connection.status() + " " + connection.body());
            }
            if (connection.spent()) {
                connections.set(i, open());
            } else if (!connection.failure().isEmpty()) {
                throw new IllegalStateException("POST /emulation: " + connection.failure());
            } else if (connection.idle()) {
                connection.post("/emulation", waiting.remove());
            }
        }
    }

    @Override
    public void close() {
        connections.forEach(HttpConnection::close);
    }
}
