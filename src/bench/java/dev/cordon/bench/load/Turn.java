package dev.cordon.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * One server's turn: its connected users and publisher, through the scenarios in order.
 *
 * @param seconds of each measured window
 * @param secondsAtRate of each where the rate is fixed
 * @param payload bytes of padding in each message's data
 * @param rate messages a second where the rate is fixed
 */
record Turn(
        Loop loop,
        Target target,
        Observed observed,
        Crowd crowd,
        Publisher publisher,
        double seconds,
        double secondsAtRate,
        int payload,
        int rate,
        Figures figures) {
    /** Share of a window that runs before it, unmeasured. */
    private static final double LEAD = 0.15;

    /** What is measured, in the order in which it is. */
    enum Scenario {
        LATENCY,
        SATURATION,
        APART,
        BURST,
        ECHO,
        BATCH,
        BROADCAST,
        CONNECT,
        HTTP,
        ONE_GROUP,
        TEN_GROUPS,
        NAMED
    }

    static Figures run(
            Target target,
            List<Scenario> scenarios,
            int users,
            double seconds,
            double secondsAtRate,
            int payload,
            int rate)
            throws IOException {
        Figures figures = new Figures();
        try (Loop loop = new Loop();
                Crowd crowd = new Crowd(loop, target).join("u", 0, users, 0);
                Publisher publisher = new Publisher(loop, target, "publisher", payload)) {
            Turn turn = new Turn(
                    loop,
                    target,
                    new Observed(loop, target),
                    crowd,
                    publisher,
                    seconds,
                    secondsAtRate,
                    payload,
                    rate,
                    figures);
            for (Scenario scenario : scenarios) {
                turn.attempt(scenario);
            }
            figures.put("misdelivered", crowd.misdelivered());
            figures.put("errors", publisher.errors());
        }
        return figures;
    }

    private void attempt(Scenario scenario) throws IOException {
        try {
            switch (scenario) {
                case LATENCY -> new Latency(this).run();
                case SATURATION -> new Saturation(this).run();
                case APART -> new Saturation(this).apart();
                case BURST -> new Saturation(this).bursts();
                case BATCH -> new Saturation(this).batches();
                case BROADCAST -> new Broadcast(this).run();
                case ECHO -> new Echo(this).run();
                case CONNECT -> new ConnectRate(this).run();
                case HTTP -> new HttpPublish(this).run();
                case ONE_GROUP -> new GroupBroadcast(this).toOneGroup();
                case TEN_GROUPS -> new GroupBroadcast(this).toTenGroups();
                case NAMED -> new GroupBroadcast(this).toNames();
            }
        } catch (IllegalStateException e) {
            figures.note(scenario.name().toLowerCase(Locale.ROOT), String.valueOf(e.getMessage()));
        }
    }

    /** Repeats a step for the window and relates rate and processor time to what the counter says was done. */
    void measure(String name, LongSupplier counter, Runnable step) {
        repeat(step, seconds * LEAD);
        long startedAt = System.nanoTime();
        double cpuBefore = observed.cpu();
        long before = counter.getAsLong();
        long bytes = loop.received;
        repeat(step, seconds);
        double elapsed = (System.nanoTime() - startedAt) / 1e9;
        double cpu = observed.cpu() - cpuBefore;
        long done = counter.getAsLong() - before;
        if (done == 0) {
            throw new IllegalStateException(name + ": nothing was done");
        }
        figures.put(name + ".count", done);
        figures.put(name + ".rate", done / elapsed);
        figures.put(name + ".bytes", (double) (loop.received - bytes) / done);
        figures.put(name + ".cpu", cpu / done);
        figures.put(name + ".load", cpu / 1e6 / elapsed);
    }

    private void repeat(Runnable step, double duration) {
        long end = System.nanoTime() + (long) (duration * 1e9);
        while (System.nanoTime() < end) {
            step.run();
            loop.turn();
            if (!publisher.alive()) {
                throw new IllegalStateException("the publisher's connection ended: " + publisher.ending());
            }
        }
    }

    /** Waits for what is on its way, and notes how much of what was published never came. */
    void settle(String name, long expected) {
        loop.until(() -> publisher.outstanding() == 0 && crowd.delivered() >= expected, 10);
        figures.put(name + ".lost", expected - crowd.delivered());
    }

    /** The channel names of users from..to as a JSON array. */
    byte[] channels(int from, int to) {
        List<String> names = new ArrayList<>();
        for (int i = from; i < to; i++) {
            names.add("\"#" + crowd.user(i) + "\"");
        }
        return Text.bytes("[" + String.join(",", names) + "]");
    }
}
