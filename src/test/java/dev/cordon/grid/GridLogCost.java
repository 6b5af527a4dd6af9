package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.grid.TestGridCluster.Node;
import dev.cordon.log.Append;
import dev.cordon.manager.Peer;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the log on the grid costs, with three members in one process. Not part of the tests:
 * {@code ./mvnw -DskipITs -Dtest=GridLogCost -Dsurefire.failIfNoSpecifiedTests=false test}
 */
class GridLogCost {
    private static final Payload PAYLOAD = Payload.json('"' + "x".repeat(254) + '"');
    private static final int ROUNDS = 1_000;
    private static final double NANOS_A_MILLI = 1e6;

    @Test
    void measure() throws Exception {
        try (TestGrid grid = new TestGrid(3, 2);
                TestGridCluster cluster = new TestGridCluster(grid)) {
            Node a = cluster.node("a");
            Node b = cluster.node("b");
            cluster.node("c");
            cluster.start();
            for (int round = 0; round < 3; round++) {
                alone(a);
                acrossNodes(a, b);
                together(List.of(a, b), 1_000);
                together(List.of(a, b), 20);
            }
        }
    }

    private static void alone(Node a) {
        long[] took = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long from = System.nanoTime();
            a.log().append(user(i % 100), PAYLOAD);
            took[i] = System.nanoTime() - from;
        }
        tell("append, one at a time", took);
    }

    private static void acrossNodes(Node a, Node b) {
        Peer peer = b.connect("reader", "s" + System.nanoTime());
        int before = peer.wire().offsets().size();
        long[] took = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long from = System.nanoTime();
            a.publish(Channel.parse("#reader"), "{}");
            while (peer.wire().offsets().size() < before + i + 1) {
                LockSupport.parkNanos(20_000);
            }
            took[i] = System.nanoTime() - from;
        }
        tell("publish on one node to received on another", took);
        peer.leave();
    }

    private static void together(List<Node> nodes, int users) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
        long from = System.nanoTime();
        List<Future<Integer>> writers = new ArrayList<>();
        for (int w = 0; w < 8; w++) {
            int writer = w;
            writers.add(threads.submit(() -> {
                int stored = 0;
                for (int n = 0; System.nanoTime() < until; n++) {
                    int first = n * 64 + writer * 125;
                    List<Append> batch = IntStream.range(first, first + 64)
                            .mapToObj(i -> new Append(user(i % users), PAYLOAD, Optional.empty()))
                            .toList();
                    stored += nodes.get(writer % 2).log().appendAll(batch).size();
                }
                return stored;
            }));
        }
        long all = 0;
        for (Future<Integer> writer : writers) {
            all += writer.get(60, TimeUnit.SECONDS);
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        threads.shutdownNow();
        System.out.printf("COST batches of 64 through two nodes to %d users: %.0f appends/s%n", users, all / seconds);
    }

    private static Channel user(int number) {
        return Channel.parse("#user" + number);
    }

    private static void tell(String what, long[] took) {
        Arrays.sort(took);
        assertThat(took[0]).isPositive();
        System.out.printf(
                "COST %s: p50 %.2f ms, p99 %.2f ms%n",
                what, took[took.length / 2] / NANOS_A_MILLI, took[took.length * 99 / 100] / NANOS_A_MILLI);
    }
}
