package dev.cordon.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The databases of those whose log is in one: commits are on the disk when they return, as in production. Ends with the benchmark. */
final class Databases {
    private static @Nullable EmbeddedPostgres server;
    /** Where the log of the last start is. */
    private static String schema = "public";

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

    private static Map<String, String> jdbc(String url, String user, String name) throws IOException {
        try (var connection = postgres().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + name);
            schema = name;
        } catch (SQLException e) {
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
            pin(running);
            server = running;
        }
        return running;
    }

    /** The core for PostgreSQL's processes, {@code bench.postgres.core}: 0, the servers', unless told otherwise; negative for any. */
    static int core() {
        return Integer.getInteger("bench.postgres.core", 0);
    }

    /** The server's process and those that it has begun; those to come are its children. */
    private static void pin(EmbeddedPostgres running) throws IOException {
        if (!JavaCommand.pinning() || core() < 0) {
            return;
        }
        try (var connection = running.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            ProcessHandle main = ProcessHandle.of(row.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow(() -> new IOException("PostgreSQL's process is not found"));
            List<ProcessHandle> all =
                    Stream.concat(Stream.of(main), main.children()).toList();
            for (ProcessHandle one : all) {
                new ProcessBuilder("taskset", "-a", "-p", "-c", Integer.toString(core()), Long.toString(one.pid()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            }
        } catch (SQLException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /**
     * What PostgreSQL has done so far for the one Cordon whose log is in it.
     *
     * @param commits transactions that wrote
     * @param published publications accepted
     */
    record Done(long commits, long published) {}

    /** Empty when no PostgreSQL runs or its log is not made yet. */
    static synchronized Optional<Done> done(Contestant contestant) throws IOException {
        EmbeddedPostgres running = server;
        if (running == null || contestant != Contestant.CORDON_JDBC) {
            return Optional.empty();
        }
        try (var connection = running.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SET search_path = " + schema);
            try (var row = statement.executeQuery("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
                    + " (SELECT COALESCE(SUM(top_seq - base_seq), 0) FROM cordon_channel)"
                    + " + (SELECT accepted FROM cordon_log)")) {
                row.next();
                return Optional.of(new Done(row.getLong(1), row.getLong(2)));
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
