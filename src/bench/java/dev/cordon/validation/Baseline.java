package dev.cordon.validation;

import dev.cordon.legacy.LegacyManager;
import dev.cordon.validation.Figure.Distribution;
import dev.cordon.validation.Figure.Rounds;
import dev.cordon.validation.Run.Subject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The factory beside the singleton itself, and the adapter as a third; rounds interleaved, each on fresh objects. */
final class Baseline {

    private final Run run;
    private final Map<Subject, Sums> sums = new EnumMap<>(Subject.class);

    /** What the rounds of one subject came to. */
    private static final class Sums {
        final Histogram creation = Ledger.histogram();
        final Histogram delivery = Ledger.histogram();
        final Histogram cleanup = Ledger.histogram();
        final List<Double> memory = new ArrayList<>();
        final List<Double> medians = new ArrayList<>();
        long received;
        long sent;
    }

    Baseline(Run run) {
        this.run = run;
        for (Subject subject : Subject.values()) {
            sums.put(subject, new Sums());
        }
    }

    Section measure() {
        int rounds = run.options().rounds();
        for (int round = 0; round < rounds; round++) {
            sums.forEach(this::round);
        }
        Section section = new Section("Baseline: factory and legacy singleton")
                .text(
                        ("%,d users with one session each, %,d messages of %d bytes to them in turn, one thread, wires that take"
                                        + " everything at once. %d rounds, interleaved. Creation is the whole connect: accept, make the manager,"
                                        + " subscribe. Delivery is from the accepted publish to the wire being asked to write. The change is"
                                        + " the factory's median against the singleton's.")
                                .formatted(
                                        run.options().users(), run.options().messages(), Crowd.PAYLOAD.size(), rounds))
                .table(table())
                .text(
                        "The singleton stores nothing, has no limits, no positions and no owner check: what the factory costs more is"
                                + " what those cost. What a slow reader does to the users of either is in the bottleneck analysis.");
        for (Subject subject : Subject.values()) {
            Sums of = of(subject);
            section.verdict(Verdict.exactly(
                    "baseline-lost-" + subject.name().toLowerCase(java.util.Locale.ROOT),
                    "messages sent less messages received, " + subject.label(),
                    of.sent - of.received,
                    0));
        }
        return section;
    }

    private void round(Subject subject, Sums of) {
        LegacyManager manager = run.fresh(subject);
        Crowd crowd = new Crowd(manager, run.options().users());
        long before = Heap.live();
        of.creation.add(crowd.connect());
        of.memory.add((Heap.live() - before) / 1024.0 / run.options().users());
        crowd.sendRounds(run.options().messages());
        of.sent += run.options().messages();
        of.received += crowd.ledger.received.sum() - crowd.ledger.foreign.sum();
        of.delivery.add(crowd.ledger.latency());
        of.medians.add(crowd.ledger.latency().getValueAtPercentile(50) / 1e3);
        of.cleanup.add(crowd.disconnect());
        run.count(crowd.ledger);
    }

    private Table table() {
        Table table = new Table("metric", "factory", "legacy singleton", "migration adapter", "change");
        row(table, "creation, µs", "creation", s -> Distribution.micros(s.creation));
        row(table, "delivery, µs", "delivery", s -> Distribution.micros(s.delivery));
        row(table, "delivery, median of each round, µs", "delivery-rounds", s -> rounds(s.medians));
        row(table, "live heap a session, KB", "memory", s -> rounds(s.memory));
        row(table, "cleanup, µs", "cleanup", s -> Distribution.micros(s.cleanup));
        return table;
    }

    private void row(Table table, String label, String name, java.util.function.Function<Sums, Figure> figure) {
        Figure factory = run.keep(name + ".factory", figure.apply(of(Subject.FACTORY)));
        Figure singleton = run.keep(name + ".singleton", figure.apply(of(Subject.SINGLETON)));
        Figure adapter = run.keep(name + ".adapter", figure.apply(of(Subject.ADAPTER)));
        String change = singleton.middle() > 0 ? Arithmetic.change(singleton.middle(), factory.middle()) : "";
        table.row(label, factory.text(), singleton.text(), adapter.text(), change);
    }

    private Sums of(Subject subject) {
        return sums.computeIfAbsent(subject, s -> new Sums());
    }

    private static Rounds rounds(List<Double> values) {
        return Rounds.of(values.stream().mapToDouble(v -> v).toArray());
    }
}
