package dev.cordon.jdbc;

import dev.cordon.LoopbackPorts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** A PostgreSQL server of one test's own, on one address and one folder, which can be stopped and started again. */
public final class ServerUnderTest implements AutoCloseable {
    private final Path data;
    private final int port;
    private EmbeddedPostgres server;

    public ServerUnderTest(Path data) {
        this.data = data;
        try {
            this.port = LoopbackPorts.free();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.server = start();
    }

    private EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** In digits. */
    public String port() {
        return Integer.toString(port);
    }

    /** A session of its own, as an operator's. */
    public Connection connect() throws SQLException {
        return TestDatabase.connect(url());
    }

    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void startAgain() {
        server = start();
    }

    @Override
    public void close() {
        stop();
    }
}
