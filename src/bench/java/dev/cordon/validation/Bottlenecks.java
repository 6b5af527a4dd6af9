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

    private final Run run;
    private double one;
    private double eight;

    Bottlenecks(Run run) {
        this.run = run;
    }

    Section measure() {
        Section section = new Section("Bottleneck analysis")
                .text("Steps of one delivery, one thread, %,d users in turn:"
                        .formatted(run.options().users()))
                .table(steps())
                .text(
                        "Throughput by threads, each with users of its own, over wires that take everything at once: that hides what one lock"
                                + " costs when a write takes time. The slow reader below shows it.")
                .table(threads())
                .text(
                        ("One slow reader (each write ends %d ms later) gets a message a millisecond; 100 healthy users get one a"
                                        + " millisecond in turn. p99 of the healthy, from when a message was due, one value a round:")
                                .formatted(Neighbours.DELAY.toMillis()));
        section.verdict(Verdict.atMost(
                "threads-hold", "throughput of 1 thread against that of 8, medians", one / eight, 3, "times"));
        return neighbours(section);
    }

    private Table steps() {
        Node node = run.node();
        Crowd crowd = new Crowd(node, run.options().users());
        crowd.connect();
        Publication publication = new Publication(Channel.personal(crowd.user(0)), 12345, Crowd.PAYLOAD);
        Table table = new Table("step", "ns each");
        table.row(
                "append to the log",
                each(i -> node.log.append(channel(crowd, i), Crowd.PAYLOAD)).text());
        table.row("encode the push", each(i -> FrameWriter.push(publication)).text());
        table.row(
                "owner check",
                each(i -> node.guard.rejects(crowd.user(i % run.options().users()), channel(crowd, i)))
                        .text());
        table.row(
                "look up the user",
                each(i -> node.factory.managersOf(crowd.user(i % run.options().users())))
                        .text());
        Node other = run.node();
        Crowd whole = new Crowd(other, run.options().users());
        whole.connect();
        table.row(
                "the whole, with the harness's check of each frame",
                each(i -> whole.send(i % run.options().users())).text());
        run.count(whole.ledger);
        return table;
    }

    private Channel channel(Crowd crowd, int i) {
        return Channel.personal(crowd.user(i % run.options().users()));
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
            Rounds factory = rounds(() -> throughput(Subject.FACTORY, threads));
            one = threads == 1 ? factory.median() : one;
            eight = factory.median();
            table.row(
                    Integer.toString(threads),
                    factory.text(),
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
            Rounds alone = rounds(2, () -> neighbours.round(Subject.FACTORY, false));
            Rounds beside = rounds(2, () -> neighbours.round(Subject.FACTORY, true));
            Rounds singletonAlone = rounds(2, () -> neighbours.round(Subject.SINGLETON, false));
            Rounds singletonBeside = rounds(2, () -> neighbours.round(Subject.SINGLETON, true));
            double limit = Math.min(Math.max(2 * alone.min(), FLOOR_MICROS), Neighbours.DELAY.toNanos() / 2e3);
            return section.table(new Table("", "alone, µs", "beside the slow reader, µs")
                            .row("factory", alone.text(), beside.text())
                            .row("legacy singleton", singletonAlone.text(), singletonBeside.text()))
                    .text(
                            "Judged by the least of the rounds, because other work on the machine only ever adds: twice the least alone,"
                                    + " but not less than 500 µs and not more than half of the slow reader's write.")
                    .verdict(Verdict.atMost(
                            "neighbour-factory",
                            "p99 beside a slow reader, least of the rounds",
                            beside.min(),
                            limit,
                            "µs"))
                    .verdict(Verdict.atLeast(
                            "neighbour-control",
                            "the same of the singleton, to see that the harness would notice",
                            singletonBeside.min(),
                            Neighbours.DELAY.toNanos() / 2e3,
                            "µs"));
        }
    }

    private Rounds rounds(DoubleSupplier round) {
        return rounds(1, round);
    }

    private Rounds rounds(int times, DoubleSupplier round) {
        double[] values = new double[times * run.options().rounds()];
        for (int i = 0; i < values.length; i++) {
            values[i] = round.getAsDouble();
        }
        return Rounds.of(values);
    }
}
