package dev.cordon.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The databases of those whose log is in one: commits are on the disk when they return, as in production. Ends with the benchmark. */
final class Databases {
    /** The mode of members of a grid, with a key of the run's own. */
    private static final Map<String, String> GRID =
            Map.of("CORDON_CLUSTER", "grid", "CORDON_GRID_KEY", "YSBrZXkgb2YgdGhlIGJlbmNobWFyaydzIG93biBncmk=");

    private static @Nullable EmbeddedPostgres server;
    /** Where the log of each one's last start is. */
    private static final Map<Contestant, String> SCHEMAS = new EnumMap<>(Contestant.class);

    private Databases() {}

    /** Settings for Cordon; each start of it finds an empty database. */
    static synchronized Map<String, String> settings(Contestant contestant, Path out) throws IOException {
        String name = "bench_" + UUID.randomUUID().toString().replace("-", "");
        return switch (contestant) {
            case CORDON_DEFLATE -> Map.of("CORDON_COMPRESSION", "true");
            case CORDON_JDBC -> jdbc(contestant, name);
            case CORDON_DATABASE -> with(jdbc(contestant, name), Map.of("CORDON_CLUSTER", "database"));
            case CORDON_GRID -> with(jdbc(contestant, name), GRID);
            case CORDON_GRID_LOG -> with(Map.of("CORDON_LOG", "grid"), GRID);
            case CORDON_H2 ->
                Map.of(
                        "CORDON_LOG",
                        "jdbc",
                        "CORDON_JDBC_URL",
                        "jdbc:h2:" + out.toAbsolutePath().resolve(name) + ";WRITE_DELAY=0");
            default -> Map.of();
        };
    }

    private static Map<String, String> with(Map<String, String> settings, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(more);
        return Map.copyOf(all);
    }

    private static Map<String, String> jdbc(Contestant contestant, String name) throws IOException {
        String url = "jdbc:postgresql://127.0.0.1:" + postgres().getPort() + "/postgres?currentSchema=" + name;
        try (var connection = postgres().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + name);
            SCHEMAS.put(contestant, name);
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return Map.of("CORDON_LOG", "jdbc", "CORDON_JDBC_URL", url, "CORDON_JDBC_USER", "postgres");
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
            pin(core());
        }
        return running;
    }

    /** The core for PostgreSQL's processes, {@code bench.postgres.core}: 0, the servers', unless told otherwise; negative for any. */
    static int core() {
        return Integer.getInteger("bench.postgres.core", 0);
    }

    /**
     * Moves the server's process and those that it has begun to a core; those to come are its children.
     *
     * @param core negative: any
     */
    static synchronized void pin(int core) throws IOException {
        ProcessHandle main = main();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(main), main.children()).toList();
        for (ProcessHandle one : all) {
            JavaCommand.move(one.pid(), core);
        }
    }

    private static ProcessHandle main() throws IOException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return ProcessHandle.of(row.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow(() -> new IOException("PostgreSQL's process is not found"));
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** A connection to the server, as its owner. */
    static synchronized Connection connect() throws IOException, SQLException {
        return postgres().getPostgresDatabase().getConnection();
    }

    /**
     * What PostgreSQL has done so far.
     *
     * @param commits transactions that wrote or notified, of all
     * @param published publications accepted by this one's log
     */
    record Done(long commits, long published) {}

    /** Empty when no PostgreSQL runs or its log is not made yet. */
    static synchronized Optional<Done> done(Contestant contestant) throws IOException {
        String schema = SCHEMAS.get(contestant);
        if (schema == null) {
            return Optional.empty();
        }
        try (var connection = connect();
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
