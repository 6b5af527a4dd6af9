package dev.cordon.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real PostgreSQL server for all tests of a run. */
public final class Postgres {
    /** A file with the port of a server that runs already; empty: this process starts one. */
    private static final String RUNNING = System.getProperty("cordon.test.postgres", "");

    private static final Postgres SHARED = new Postgres();

    private final int port;

    private Postgres() {
        try {
            port = RUNNING.isEmpty() ? start() : Integer.parseInt(Files.readString(Path.of(RUNNING)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int start() throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "100")
                .start()
                .getPort();
    }

    static Postgres shared() {
        return SHARED;
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    void run(String sql) {
        TestDatabase.run(url(), sql);
    }
}
