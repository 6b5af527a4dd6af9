package dev.cordon.bench;

import dev.cordon.bench.Generator.Answer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a transaction of PostgreSQL costs that only notifies, beside one that inserts a row and one that only answers: its
 * time on one connection, the processor time of its process, and how often PostgreSQL wrote its log to the disk meanwhile
 * ({@code pg_stat_wal}). One connection listens.
 */
final class NotifyCost {
    private static final int MANY = 4_000;
    private static final int FEW = 500;
    /** As a wakeup of eight users. */
    private static final String PAYLOAD = "1:00000000-0000-0000-0000-000000000000:" + "AbCdEfGh".repeat(8);

    private NotifyCost() {}

    /** Figures {@code notify.*}, {@code insert.*} and {@code select.*}. */
    static Answer measure() throws IOException {
        Map<String, Double> figures = new LinkedHashMap<>();
        try (Connection measured = Databases.connect();
                Connection observer = Databases.connect();
                Connection listener = Databases.connect();
                Statement setUp = listener.createStatement()) {
            setUp.execute("LISTEN bench_notify");
            setUp.execute("CREATE TABLE IF NOT EXISTS bench_insert (data text)");
            one(measured, observer, "select", "SELECT length(?)", MANY, figures);
            one(measured, observer, "notify", "SELECT pg_notify('bench_notify', ?)", MANY, figures);
            one(measured, observer, "insert", "INSERT INTO bench_insert VALUES (?)", FEW, figures);
            setUp.execute("TRUNCATE bench_insert");
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return new Answer(figures, Map.of());
    }

    private static void one(
            Connection measured, Connection observer, String name, String sql, int times, Map<String, Double> figures)
            throws SQLException, IOException {
        ProcessHandle process = process(measured);
        Histogram nanos = new Histogram(3);
        try (PreparedStatement statement = measured.prepareStatement(sql)) {
            statement.setString(1, PAYLOAD);
            for (int i = 0; i < times / 10; i++) {
                statement.execute();
            }
            Written before = written(measured, observer);
            double cpu = cpu(process);
            for (int i = 0; i < times; i++) {
                long from = System.nanoTime();
                statement.execute();
                nanos.recordValue(System.nanoTime() - from);
            }
            figures.put(name + ".cpu", (cpu(process) - cpu) / times);
            Written after = written(measured, observer);
            figures.put(name + ".time", nanos.getValueAtPercentile(50) / 1e3);
            figures.put(name + ".p99", nanos.getValueAtPercentile(99) / 1e3);
            figures.put(name + ".syncs", (after.syncs() - before.syncs()) / (double) times);
            figures.put(name + ".wal", (after.bytes() - before.bytes()) / (double) times);
        }
    }

    private static ProcessHandle process(Connection of) throws SQLException, IOException {
        try (Statement statement = of.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return ProcessHandle.of(row.getLong(1))
                    .orElseThrow(() -> new IOException("PostgreSQL's process is not found"));
        }
    }

    private static double cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e3;
    }

    /**
     * What the whole server has written to its write-ahead log so far.
     *
     * @param syncs writes to the disk
     */
    private record Written(long syncs, long bytes) {}

    private static Written written(Connection measured, Connection observer) throws SQLException {
        try (Statement flush = measured.createStatement()) {
            flush.execute("SELECT pg_stat_force_next_flush()");
        }
        try (Statement statement = observer.createStatement();
                ResultSet row = statement.executeQuery("SELECT wal_sync, wal_bytes::bigint FROM pg_stat_wal")) {
            row.next();
            return new Written(row.getLong(1), row.getLong(2));
        }
    }
}
