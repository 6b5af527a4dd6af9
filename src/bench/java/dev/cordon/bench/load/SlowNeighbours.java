package dev.cordon.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * Healthy users at a fixed rate, alone and then beside stalled readers who are flooded: how much of the neighbours' trouble reaches
 * them, what it costs the server's heap, and how the stalled ones end.
 */
final class SlowNeighbours {
    private static final int OUTSTANDING = 64;
    private static final int SMALL_BUFFER = 4096;
    private static final String SLOW = "3008";
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

    /**
     * @param round tells the users from those of other rounds
     * @param warmup seconds of load beforehand
     * @param floodBytes of each message to a stalled reader; 1,000 of them a second, no faster than they are acknowledged
     */
    Figures run(int round, int healthy, int stalled, double warmup, double seconds, double floodSeconds, int floodBytes)
            throws IOException {
        try (Crowd users = new Crowd(loop, target).join("h" + round + "-", 0, healthy, 0);
                Publisher publisher = new Publisher(loop, target, "publisher", payload);
                Publisher flooder = new Publisher(loop, target, "flooder", floodBytes)) {
            warmUp(users, publisher, flooder, warmup);
            Histogram alone = Figures.histogram();
            Histogram beside = Figures.histogram();
            new Paced(loop, users, publisher).run(seconds, alone, () -> {});
            Crowd neighbours = new Crowd(loop, target).join("s" + round + "-", 0, stalled, SMALL_BUFFER);
            beside(users, publisher, flooder, neighbours, beside, floodSeconds);
            figures.latency("slow.alone", alone);
            figures.latency("slow.beside", beside);
            figures.put("slow.misdelivered", users.misdelivered());
        }
        return figures;
    }

    /** The neighbours stop to read just before they are flooded, so that their next ping comes when the flood has filled what lies between. */
    private void beside(
            Crowd users, Publisher publisher, Publisher flooder, Crowd neighbours, Histogram beside, double seconds) {
        double before = observed.liveKilobytes();
        Map<String, Double> endedBefore = CloseCounts.of(target);
        long floodedBefore = flooder.acknowledged();
        neighbours.clients.forEach(client -> client.reading(false));
        Paced paced = new Paced(loop, users, publisher);
        paced.run(seconds, beside, new Flood(flooder, neighbours));
        paced.run(DEADLINE_SECONDS, Figures.histogram(), () -> {});
        figures.put("slow.heapGrowth", observed.liveKilobytes() - before);
        figures.put("slow.flooded", flooder.acknowledged() - floodedBefore);
        endings(neighbours);
        ended(endedBefore, CloseCounts.of(target));
    }

    /** Both kinds of message, to users who read. */
    private void warmUp(Crowd users, Publisher publisher, Publisher flooder, double seconds) {
        for (Publisher each : List.of(publisher, flooder)) {
            long end = System.nanoTime() + (long) (seconds / 2 * 1e9);
            while (System.nanoTime() < end) {
                each.fill(users, OUTSTANDING);
                loop.spin();
            }
            loop.until(() -> each.outstanding() == 0, 10);
        }
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

    /** How the server says that it ended them: a stalled reader's socket may be gone before its close frame is. */
    private void ended(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> ended = new TreeMap<>(after);
        before.forEach((code, count) -> ended.merge(code, -count, Double::sum));
        ended.values().removeIf(count -> count == 0);
        figures.note("slow", "how the server ended connections (code=count): " + ended);
        figures.put("slow.cutByCount", after.isEmpty() ? Double.NaN : ended.getOrDefault(SLOW, 0.0));
    }

    /** Lets the stalled read again and counts how each of them was ended. */
    private void endings(Crowd neighbours) {
        neighbours.clients.forEach(client -> client.reading(true));
        loop.until(
                () -> neighbours.clients.stream()
                        .allMatch(c -> c.state() == Client.State.CLOSED || c.closeCode() != 1006),
                10);
        long cut = neighbours.clients.stream()
                .filter(c -> SLOW.equals(Integer.toString(c.closeCode())))
                .count();
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
