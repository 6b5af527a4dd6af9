package dev.cordon.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A real PostgreSQL server, started once for all tests of a run. */
public final class Postgres {
    private static final Postgres SHARED = new Postgres();

    private final EmbeddedPostgres server;

    private Postgres() {
        try {
            server = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "off")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("max_connections", "100")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Postgres shared() {
        return SHARED;
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres?user=postgres";
    }

    void run(String sql) {
        TestDatabase.run(url(), sql);
    }
}
