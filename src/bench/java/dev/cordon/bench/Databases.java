package dev.cordon.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The databases of those whose log is in one: commits are on the disk when they return, as in production. Ends with the benchmark. */
final class Databases {
    private static @Nullable EmbeddedPostgres server;

    private Databases() {}

    /** Settings for Cordon; each start of it finds an empty database. */
    static synchronized Map<String, String> settings(Contestant contestant, Path out) throws IOException {
        String name = "bench_" + UUID.randomUUID().toString().replace("-", "");
        return switch (contestant) {
            case CORDON_JDBC ->
                jdbc(
                        "jdbc:postgresql://127.0.0.1:" + postgres().getPort() + "/postgres?currentSchema=" + name,
                        "postgres",
                        name);
            case CORDON_H2 ->
                Map.of(
                        "CORDON_LOG",
                        "jdbc",
                        "CORDON_JDBC_URL",
                        "jdbc:h2:" + out.toAbsolutePath().resolve(name) + ";WRITE_DELAY=0");
            default -> Map.of();
        };
    }

    private static Map<String, String> jdbc(String url, String user, String schema) throws IOException {
        try (var connection = postgres().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + schema);
        } catch (java.sql.SQLException e) {
            throw new IOException(e);
        }
        return Map.of("CORDON_LOG", "jdbc", "CORDON_JDBC_URL", url, "CORDON_JDBC_USER", user);
    }

    private static EmbeddedPostgres postgres() throws IOException {
        EmbeddedPostgres running = server;
        if (running == null) {
            running = EmbeddedPostgres.builder()
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            server = running;
        }
        return running;
    }
}
