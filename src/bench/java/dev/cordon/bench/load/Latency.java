package dev.cordon.bench.load;

import org.HdrHistogram.Histogram;

/**
 * Targeted delivery at a fixed rate. Each message carries the moment at which it was due, not the one at which it left, so that a
 * stall is counted against every message behind it (no coordinated omission). The generator spins: its own waking up is not measured.
 */
final class Latency {
    private final Turn turn;

    Latency(Turn turn) {
        this.turn = turn;
    }

    void run() {
        run("latency");
    }

    /** @param name of the figures */
    void run(String name) {
        long expected = turn.crowd().delivered() - turn.publisher().sent();
        at(turn, 0.5, Figures.histogram());
        Histogram nanos = Figures.histogram();
        double cpu = turn.observed().cpu();
        at(turn, turn.secondsAtRate(), nanos);
        turn.figures().put(name + ".cpu", (turn.observed().cpu() - cpu) / Math.max(1, nanos.getTotalCount()));
        turn.settle(name, expected + turn.publisher().sent());
        turn.figures().latency(name, nanos);
    }

    private static void at(Turn turn, double seconds, Histogram into) {
        turn.crowd().record(into);
        long interval = 1_000_000_000L / turn.rate();
        long due = System.nanoTime() + interval;
        long end = due + (long) (seconds * 1e9);
        long next = 0;
        while (due < end) {
            long now = System.nanoTime();
            while (due <= now && due < end) {
                turn.publisher().publish(turn.crowd().user(next++), due);
                due += interval;
            }
            turn.publisher().flush();
            turn.loop().spin();
        }
        turn.loop().until(() -> turn.publisher().outstanding() == 0, 5);
        turn.loop().until(() -> false, 0.05);
        turn.crowd().record(null);
    }
}
