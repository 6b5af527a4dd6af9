package dev.cordon.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A few keep-alive connections, each with one request under way. */
final class HttpLoad implements AutoCloseable {
    private final Loop loop;
    private final Target target;
    private final List<HttpConnection> connections = new ArrayList<>();
    private long accepted;
    private long started;

    HttpLoad(Loop loop, Target target, int count) {
        this.loop = loop;
        this.target = target;
        for (int i = 0; i < count; i++) {
            connections.add(open());
        }
        loop.until(this::allIdle, 5);
    }

    /** Sends one request and demands that it succeeds: the API may not be there. */
    void check(String path, Text body) {
        HttpConnection connection = connections.get(0);
        connection.post(path, body);
        if (!loop.until(() -> !connection.busy(), 10) || connection.status() != 200) {
            throw new IllegalStateException("skipped: POST %s answered %d %s"
                    .formatted(
                            path,
                            connection.status(),
                            connection.failure().isEmpty() ? connection.body() : connection.failure()));
        }
        accepted++;
        started++;
    }

    /** Gives each idle connection the next request. */
    void keepBusy(String path, Text body) {
        for (int i = 0; i < connections.size(); i++) {
            HttpConnection connection = connections.get(i);
            if (connection.idle()) {
                account();
                connection.post(path, body);
                started++;
            } else if (connection.spent()) {
                account();
                connections.set(i, open());
            } else if (!connection.failure().isEmpty()) {
                throw new IllegalStateException("POST " + path + ": " + connection.failure());
            }
        }
    }

    private HttpConnection open() {
        try {
            return new HttpConnection(loop, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the last answers. */
    void finish() {
        loop.until(() -> connections.stream().noneMatch(HttpConnection::busy), 10);
        account();
    }

    private void account() {
        long busy = connections.stream().filter(HttpConnection::busy).count();
        accepted = started - busy;
        for (HttpConnection connection : connections) {
            if (connection.status() >= 300) {
                throw new IllegalStateException("answered " + connection.status() + " " + connection.body());
            }
        }
    }

    private boolean allIdle() {
        return connections.stream().allMatch(HttpConnection::idle);
    }

    /** Requests that were answered by success. */
    long accepted() {
        return accepted;
    }

    @Override
    public void close() {
        connections.forEach(HttpConnection::close);
    }
}
