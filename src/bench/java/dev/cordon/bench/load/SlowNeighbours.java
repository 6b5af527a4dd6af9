package dev.cordon.bench.load;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * Healthy users at a fixed rate, alone and then beside stalled readers who are flooded: how much of the neighbours' trouble reaches
 * them, what it costs the server's heap, and how the stalled ones end.
 */
final class SlowNeighbours {
    private static final long INTERVAL_NANOS = 1_000_000;
    private static final int OUTSTANDING = 64;
    private static final int SMALL_BUFFER = 4096;
    private static final int SLOW = 3008;
    private static final double WARM_UP_SECONDS = 5;
    /** Beyond the server's deadline for a write that is not taken (10 s). */
    private static final double DEADLINE_SECONDS = 13;

    private final Loop loop;
    private final Target target;
    private final Observed observed;
    private final int payload;
    private final Figures figures = new Figures();

    SlowNeighbours(Loop loop, Target target, int payload) {
        this.loop = loop;
        this.target = target;
        this.observed = new Observed(loop, target);
        this.payload = payload;
    }

    /** @param floodBytes of each message to a stalled reader; 1,000 of them a second, no faster than they are acknowledged */
    Figures run(int healthy, int stalled, double seconds, double floodSeconds, int floodBytes) throws IOException {
        try (Crowd users = new Crowd(loop, target).join("h", 0, healthy, 0);
                Publisher publisher = new Publisher(loop, target, "publisher", payload);
                Publisher flooder = new Publisher(loop, target, "flooder", floodBytes)) {
            Crowd neighbours = new Crowd(loop, target).join("s", 0, stalled, SMALL_BUFFER);
            neighbours.clients.forEach(client -> client.reading(false));
            at(users, publisher, WARM_UP_SECONDS, Figures.histogram(), () -> {});
            double before = observed.liveKilobytes();
            double cutBefore = CloseCounts.of(target, SLOW);
            Histogram alone = Figures.histogram();
            at(users, publisher, seconds, alone, () -> {});
            Histogram beside = Figures.histogram();
            at(users, publisher, floodSeconds, beside, new Flood(flooder, neighbours));
            at(users, publisher, DEADLINE_SECONDS, beside, () -> {});
            figures.put("slow.heapGrowth", observed.liveKilobytes() - before);
            figures.put("slow.flooded", flooder.acknowledged());
            figures.latency("slow.alone", alone);
            figures.latency("slow.beside", beside);
            figures.put("slow.misdelivered", users.misdelivered());
            endings(neighbours);
            figures.put("slow.cutByCount", CloseCounts.of(target, SLOW) - cutBefore);
        }
        return figures;
    }

    private void at(Crowd users, Publisher publisher, double seconds, Histogram into, Runnable also) {
        users.record(into);
        long due = System.nanoTime() + INTERVAL_NANOS;
        long end = due + (long) (seconds * 1e9);
        long next = 0;
        while (due < end) {
            if (due <= System.nanoTime()) {
                publisher.publish(users.user(next++), due);
                publisher.flush();
                due += INTERVAL_NANOS;
                also.run();
            }
            loop.spin();
        }
        loop.until(() -> publisher.outstanding() == 0, 10);
        loop.until(() -> false, 0.1);
        users.record(null);
    }

    /** One message a call to the next stalled reader. */
    private static final class Flood implements Runnable {
        private final Publisher flooder;
        private final Crowd neighbours;
        private long next;

        Flood(Publisher flooder, Crowd neighbours) {
            this.flooder = flooder;
            this.neighbours = neighbours;
        }

        @Override
        public void run() {
            if (flooder.outstanding() < OUTSTANDING) {
                flooder.publish(neighbours.user(next++), 0);
                flooder.flush();
            }
        }
    }

    /** Lets the stalled read again and counts how each of them was ended. */
    private void endings(Crowd neighbours) {
        neighbours.clients.forEach(client -> client.reading(true));
        loop.until(
                () -> neighbours.clients.stream()
                        .allMatch(c -> c.state() == Client.State.CLOSED || c.closeCode() != 1006),
                10);
        long cut =
                neighbours.clients.stream().filter(c -> c.closeCode() == SLOW).count();
        long open = neighbours.clients.stream()
                .filter(c -> c.state() == Client.State.JOINED && c.closeCode() == 1006)
                .count();
        Map<String, Long> ways = neighbours.clients.stream()
                .collect(Collectors.groupingBy(
                        c -> c.closeCode() + " " + c.state() + " " + c.failure(), TreeMap::new, Collectors.counting()));
        figures.note("slow", "how stalled readers ended (code, state, cause): " + ways);
        figures.put("slow.cut", cut);
        figures.put("slow.open", open);
        figures.put("slow.cutWithoutCode", neighbours.size() - cut - open);
        neighbours.close();
    }
}
