package dev.cordon.bench.load;

import java.io.IOException;

/**
 * One part of the scenario {@code cluster} on two nodes with one log, or on one node, which then stands for both.
 *
 * @param seconds of the measured window
 * @param payload bytes of padding in each message's data
 * @param rate messages a second where the rate is fixed
 */
record ClusterTurn(Target first, Target second, int users, double seconds, int payload, int rate) {
    private static final int BATCH = 100;
    private static final double PATIENCE_SECONDS = 20;

    /** What is measured, each with connections of its own. */
    enum Part {
        /** Publisher and users on the first node. */
        LOCAL,
        /** The publisher on the first node, the users on the second, at a fixed rate. */
        REMOTE,
        /** A publisher and half of the users on each node; each publishes batches to all users. */
        THROUGH
    }

    Figures run(Part part) throws IOException {
        Figures figures = new Figures();
        try (Loop loop = new Loop()) {
            switch (part) {
                case LOCAL -> local(loop, figures);
                case REMOTE -> remote(loop, figures);
                case THROUGH -> through(loop, figures);
            }
        }
        return figures;
    }

    private void local(Loop loop, Figures figures) throws IOException {
        try (Crowd crowd = new Crowd(loop, first).join("u", 0, users, 0);
                Publisher publisher = new Publisher(loop, first, "publisher", payload)) {
            Observed other = new Observed(loop, second);
            long before = crowd.delivered();
            double cpu = other.cpu();
            new Saturation(turn(loop, crowd, publisher, figures)).run("cluster.local");
            if (first.pid() != second.pid()) {
                figures.put("cluster.local.otherCpu", (other.cpu() - cpu) / Math.max(1, crowd.delivered() - before));
            }
            end(figures, crowd.misdelivered(), publisher.errors());
        }
    }

    private void remote(Loop loop, Figures figures) throws IOException {
        try (Crowd crowd = new Crowd(loop, second).join("u", 0, users, 0);
                Publisher publisher = new Publisher(loop, first, "publisher", payload)) {
            long before = crowd.delivered();
            double cpu = cpu(loop);
            new Latency(turn(loop, crowd, publisher, figures)).run("cluster.remote");
            figures.put("cluster.remote.nodesCpu", (cpu(loop) - cpu) / Math.max(1, crowd.delivered() - before));
            end(figures, crowd.misdelivered(), publisher.errors());
        }
    }

    private void through(Loop loop, Figures figures) throws IOException {
        int half = users / 2;
        try (Crowd here = new Crowd(loop, first).join("u", 0, half, 0);
                Crowd there = new Crowd(loop, second).join("u", half, users, 0);
                Publisher one = new Publisher(loop, first, "publisher", payload);
                Publisher two = new Publisher(loop, second, "publisher", payload)) {
            drive(loop, seconds / 4, one, two);
            long startedAt = System.nanoTime();
            long before = here.delivered() + there.delivered();
            double cpu = cpu(loop);
            drive(loop, seconds, one, two);
            double elapsed = (System.nanoTime() - startedAt) / 1e9;
            long received = here.delivered() + there.delivered() - before;
            figures.put("cluster.through.rate", received / elapsed);
            figures.put("cluster.through.nodesCpu", (cpu(loop) - cpu) / Math.max(1, received));
            loop.until(
                    () -> here.delivered() + there.delivered() >= one.sent() + two.sent()
                            && one.outstanding() + two.outstanding() == 0,
                    PATIENCE_SECONDS);
            figures.put("cluster.through.lost", one.sent() + two.sent() - here.delivered() - there.delivered());
            end(figures, here.misdelivered() + there.misdelivered(), one.errors() + two.errors());
        }
    }

    /** Each publisher has one to two frames of {@link #BATCH} publishes under way, each to the users in turn. */
    private void drive(Loop loop, double duration, Publisher... publishers) {
        long end = System.nanoTime() + (long) (duration * 1e9);
        while (System.nanoTime() < end) {
            for (Publisher publisher : publishers) {
                if (!publisher.alive()) {
                    throw new IllegalStateException("the publisher's connection ended: " + publisher.ending());
                }
                while (publisher.outstanding() <= BATCH) {
                    batch(publisher);
                }
                publisher.flush();
            }
            loop.turn();
        }
    }

    private void batch(Publisher publisher) {
        publisher.frame();
        long next = publisher.sent();
        for (int i = 0; i < BATCH; i++) {
            publisher.line("u" + (next + i) % users, 0);
        }
        publisher.send();
    }

    private Turn turn(Loop loop, Crowd crowd, Publisher publisher, Figures figures) {
        return new Turn(
                loop, first, new Observed(loop, first), crowd, publisher, seconds, seconds, payload, rate, figures);
    }

    /** Microseconds of processor time of both nodes so far. */
    private double cpu(Loop loop) {
        return new Observed(loop, first).cpu() + new Observed(loop, second).cpu();
    }

    private static void end(Figures figures, long misdelivered, long errors) {
        figures.put("misdelivered", misdelivered);
        figures.put("errors", errors);
    }
}
