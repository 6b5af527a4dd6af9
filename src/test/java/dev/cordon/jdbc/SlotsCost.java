package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.SharedSlots;
import dev.cordon.cluster.TableSlots;
import dev.cordon.cluster.ThisNode;
import dev.cordon.manager.Limits;
import dev.cordon.manager.ManagerKey;
import dev.cordon.manager.SlotClaim;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.ConnectionId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Measures what a slot costs: {@code ./mvnw -DskipITs -Dtest=SlotsCost -Dsurefire.failIfNoSpecifiedTests=false test}.
 * Not among the tests, because it takes its time and asserts no figure. Writes {@code target/slots-cost.txt}.
 */
class SlotsCost {
    private static final int SESSIONS = 10_000;
    private static final int ROUNDS = 3;
    private static final Duration TICK = Duration.ofMillis(10);

    private final List<String> lines = new ArrayList<>();

    @Test
    void measure() throws IOException, SQLException {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            String url = "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
            List<JdbcUserLog> logs = new ArrayList<>();
            List<SharedSlots> nodes = new ArrayList<>();
            for (int n = 0; n < 2; n++) {
                JdbcUserLog log = JdbcUserLog.open(
                        new JdbcSettings("none", Optional.of(url), Optional.of("postgres"), Optional.of("postgres")),
                        () -> TestCluster.RETENTION,
                        Clock.systemUTC(),
                        Duration.ofMinutes(5));
                log.nodes(new ThisNode("node" + n, "1.0.0", "", Instant.now()))
                        .beat(NodeDirectory.State.READY, new NodeDirectory.Load(0, 0, 0, 1));
                SharedSlots slots = log.slots("node" + n, () -> Limits.DEFAULTS, new ClusterCounters());
                slots.turn();
                logs.add(log);
                nodes.add(slots);
            }
            long postmaster = postmaster(server);
            claimAndRelease(nodes.subList(0, 1), 256, postmaster);
            lines.clear();
            for (int round = 0; round < ROUNDS; round++) {
                claimAndRelease(nodes.subList(0, 1), 1, postmaster);
                claimAndRelease(nodes.subList(0, 1), 256, postmaster);
                claimAndRelease(nodes, 256, postmaster);
            }
            logs.forEach(JdbcUserLog::close);
        }
        Files.write(Path.of("target/slots-cost.txt"), lines);
        lines.forEach(System.out::println);
    }

    /** @param atOnce claims under way on each node */
    private void claimAndRelease(List<SharedSlots> nodes, int atOnce, long postmaster) throws IOException {
        int count = atOnce == 1 ? SESSIONS / 10 : SESSIONS;
        long[] nanos = new long[count];
        AtomicInteger granted = new AtomicInteger();
        Semaphore room = new Semaphore(atOnce * nodes.size());
        ConnectionId connection = ConnectionId.random();
        Cpu before = Cpu.now(postmaster);
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int number = i;
            room.acquireUninterruptibly();
            long asked = System.nanoTime();
            nodes.get(i % nodes.size()).claim(key(i), connection, answer -> {
                nanos[number] = System.nanoTime() - asked;
                if (answer instanceof SlotClaim.Granted) {
                    granted.incrementAndGet();
                }
                room.release();
            });
        }
        room.acquireUninterruptibly(atOnce * nodes.size());
        double seconds = (System.nanoTime() - began) / 1e9;
        Cpu used = Cpu.now(postmaster).minus(before);
        assertThat(granted).hasValue(count);
        Arrays.sort(nanos);
        lines.add(("%d node(s), %3d claims at once: %,7.0f slots/s; p50 %.2f ms, p99 %.2f ms;"
                        + " CPU a slot: node %.0f µs, PostgreSQL %.0f µs")
                .formatted(
                        nodes.size(),
                        atOnce,
                        count / seconds,
                        nanos[count / 2] / 1e6,
                        nanos[count * 99 / 100] / 1e6,
                        used.node() / 1e3 / count,
                        used.postgres() / 1e3 / count));
        for (int i = 0; i < count; i++) {
            nodes.get(i % nodes.size()).release(key(i), connection);
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> nodes.stream().allMatch(slots -> ((TableSlots) slots).size() == 0));
    }

    private static ManagerKey key(int number) {
        return TestNode.context("user" + number, "session").key();
    }

    private static long postmaster(EmbeddedPostgres server) throws SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return ProcessHandle.of(row.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow()
                    .pid();
        }
    }

    /** Processor time so far, in nanoseconds. */
    private record Cpu(double node, double postgres) {
        static Cpu now(long postmaster) throws IOException {
            long ticks = 0;
            for (ProcessHandle child :
                    ProcessHandle.of(postmaster).orElseThrow().children().toList()) {
                Path stat = Path.of("/proc", Long.toString(child.pid()), "stat");
                if (Files.exists(stat)) {
                    String[] fields =
                            Files.readString(stat).replaceFirst(".*\\) ", "").split(" ", -1);
                    ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                }
            }
            double node = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
            return new Cpu(node, ticks * (double) TICK.toNanos());
        }

        Cpu minus(Cpu before) {
            return new Cpu(node - before.node, postgres - before.postgres);
        }
    }
}
