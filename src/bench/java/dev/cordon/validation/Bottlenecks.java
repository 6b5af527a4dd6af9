package dev.cordon.validation;

import dev.cordon.legacy.LegacyManager;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Publication;
import dev.cordon.validation.Figure.Rounds;
import dev.cordon.validation.Run.Subject;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;

/** Where the time of a delivery goes, what threads gain or cost, and what a slow neighbour does to others. */
final class Bottlenecks {
    /** Below this a p99 says more about the machine than about the neighbour. */
    private static final double FLOOR_MICROS = 500;

    private static final int USERS = 1_000;

    private final Run run;

    Bottlenecks(Run run) {
        this.run = run;
    }

    Section measure() {
        Section section = new Section("Bottleneck analysis")
                .text("Steps of one delivery, one thread, 1,000 users in turn:")
                .table(steps())
                .text(
                        "Throughput by threads, each with users of its own. One lock, as in the singleton, cannot gain from a second"
                                + " processor; more threads than processors gain nothing in either.")
                .table(threads())
                .text(
                        ("One slow reader (each write ends %d ms later) gets a message a millisecond; 100 healthy users get one a"
                                        + " millisecond in turn. p99 of the healthy, from when a message was due, one value a round:")
                                .formatted(Neighbours.DELAY.toMillis()));
        return neighbours(section);
    }

    private Table steps() {
        Node node = run.node();
        Crowd crowd = new Crowd(node, USERS);
        crowd.connect();
        Publication publication = new Publication(Channel.personal(crowd.user(0)), 12345, Crowd.PAYLOAD);
        Table table = new Table("step", "ns each");
        table.row(
                "append to the log",
                each(i -> node.log.append(channel(crowd, i), Crowd.PAYLOAD)).text());
        table.row("encode the push", each(i -> FrameWriter.push(publication)).text());
        table.row(
                "owner check",
                each(i -> node.guard.permits(crowd.user(i % USERS), channel(crowd, i)))
                        .text());
        table.row(
                "look up the user",
                each(i -> node.factory.managersOf(crowd.user(i % USERS))).text());
        Node other = run.node();
        Crowd whole = new Crowd(other, USERS);
        whole.connect();
        table.row(
                "the whole, with the harness's check of each frame",
                each(i -> whole.send(i % USERS)).text());
        run.count(whole.ledger);
        return table;
    }

    private static Channel channel(Crowd crowd, int i) {
        return Channel.personal(crowd.user(i % USERS));
    }

    private Rounds each(IntConsumer step) {
        int count = run.options().messages();
        return rounds(() -> {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                step.accept(i);
            }
            return (double) (System.nanoTime() - start) / count;
        });
    }

    private Table threads() {
        Table table = new Table("threads", "factory, messages/s", "legacy singleton, messages/s");
        for (int threads : new int[] {1, 2, 4, 8}) {
            table.row(
                    Integer.toString(threads),
                    rounds(() -> throughput(Subject.FACTORY, threads)).text(),
                    rounds(() -> throughput(Subject.SINGLETON, threads)).text());
        }
        return table;
    }

    private double throughput(Subject subject, int threads) {
        LegacyManager manager = run.fresh(subject);
        Crowd crowd = new Crowd(manager, 100 * threads);
        crowd.connect();
        int each = run.options().messages() / threads;
        try (Racing racing = new Racing(threads)) {
            long nanos = racing.run(thread -> {
                for (int i = 0; i < each; i++) {
                    crowd.send(100 * thread + i % 100);
                }
            });
            run.count(crowd.ledger);
            return each * threads / (nanos / 1e9);
        }
    }

    private Section neighbours(Section section) {
        try (Neighbours neighbours = new Neighbours(run)) {
            Rounds alone = rounds(() -> neighbours.round(Subject.FACTORY, false));
            Rounds beside = rounds(() -> neighbours.round(Subject.FACTORY, true));
            Rounds singletonAlone = rounds(() -> neighbours.round(Subject.SINGLETON, false));
            Rounds singletonBeside = rounds(() -> neighbours.round(Subject.SINGLETON, true));
            double limit = Math.max(2 * alone.median(), FLOOR_MICROS);
            return section.table(new Table("", "alone, µs", "beside the slow reader, µs")
                            .row("factory", alone.text(), beside.text())
                            .row("legacy singleton", singletonAlone.text(), singletonBeside.text()))
                    .verdict(Verdict.atMost(
                            "neighbour-factory",
                            "p99 beside a slow reader, against the greater of twice alone and 500 µs:",
                            beside,
                            limit,
                            "µs"));
        }
    }

    private Rounds rounds(DoubleSupplier round) {
        double[] values = new double[run.options().rounds()];
        for (int i = 0; i < values.length; i++) {
            values[i] = round.getAsDouble();
        }
        return Rounds.of(values);
    }
}
