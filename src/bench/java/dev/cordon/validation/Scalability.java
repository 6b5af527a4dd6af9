package dev.cordon.validation;

import dev.cordon.validation.Figure.Rounds;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** The original's table of 5, 10 and 15 users, and on. Whether it is linear is fitted, not said. */
final class Scalability {
    /** The total grows with users to this power at most: 1 is linear, 2 quadratic; what is larger misses the processor's caches. */
    static final double LINEAR = 1.5;

    private static final int MESSAGES_A_USER = 10;
    private static final int FITTED_FROM = 50;

    private final Run run;
    private final SortedMap<Integer, Double> creation = new TreeMap<>();
    private final SortedMap<Integer, Double> messaging = new TreeMap<>();
    private final Table table = new Table(
            "users",
            "creating all, ms",
            "10 messages each, ms",
            "releasing all, ms",
            "the singleton releasing all, ms",
            "a message, p50 · p99, µs",
            "heap a user, KB",
            "lost");
    private final SortedMap<Integer, Double> release = new TreeMap<>();
    private final SortedMap<Integer, Double> singleton = new TreeMap<>();
    private long lost;

    Scalability(Run run) {
        this.run = run;
    }

    Section measure() {
        run.options().sizes().forEach(this::size);
        Section section = new Section("Scalability by users")
                .text(
                        "One session a user, one thread, %d messages to each in turn, a fresh node each round. The heap of a user holds the manager, the connection and the retained messages."
                                .formatted(MESSAGES_A_USER))
                .table(table)
                .plot(new Plot(
                        "Total time by users (both axes logarithmic)",
                        "users",
                        "milliseconds, medians",
                        List.of(
                                new Plot.Line("creating all", "#2563eb", creation),
                                new Plot.Line("10 messages to each", "#15803d", messaging),
                                new Plot.Line("releasing all", "#7c3aed", release),
                                new Plot.Line("the singleton releasing all", "#dc2626", singleton))))
                .verdict(Verdict.exactly("scale-lost", "messages lost over all sizes", lost, 0));
        SortedMap<Integer, Double> from = creation.tailMap(FITTED_FROM);
        if (from.size() < 2) {
            return section;
        }
        String range = " time to users, %,d to %,d: exponent".formatted(from.firstKey(), from.lastKey());
        return section.verdict(
                        Verdict.atMost("linear-creation", "creation" + range, Arithmetic.exponent(from), LINEAR, ""))
                .verdict(Verdict.atMost(
                        "linear-messaging",
                        "messaging" + range,
                        Arithmetic.exponent(messaging.tailMap(FITTED_FROM)),
                        LINEAR,
                        ""))
                .verdict(Verdict.atMost(
                        "linear-release",
                        "release" + range,
                        Arithmetic.exponent(release.tailMap(FITTED_FROM)),
                        LINEAR,
                        ""))
                .text("The singleton's release, which searches all users, comes to an exponent of "
                        + Figure.number(Arithmetic.exponent(singleton.tailMap(FITTED_FROM))) + ".");
    }

    private void size(int users) {
        List<Double> created = new ArrayList<>();
        List<Double> sent = new ArrayList<>();
        List<Double> released = new ArrayList<>();
        List<Double> heap = new ArrayList<>();
        Histogram latency = Ledger.histogram();
        long missing = 0;
        for (int round = 0; round < run.options().rounds(); round++) {
            Node node = run.node();
            Crowd crowd = new Crowd(node, users);
            long before = Heap.live();
            long start = System.nanoTime();
            crowd.connect();
            created.add((System.nanoTime() - start) / 1e6);
            sent.add(crowd.sendRounds((long) users * MESSAGES_A_USER) / 1e6);
            heap.add((Heap.live() - before) / 1024.0 / users);
            latency.add(crowd.ledger.latency());
            missing += (long) users * MESSAGES_A_USER - crowd.ledger.received.sum() + crowd.ledger.foreign.sum();
            run.count(crowd.ledger);
            released.add(releasing(crowd));
        }
        lost += missing;
        Rounds creating = keep("scale-creation." + users, created);
        Rounds messages = keep("scale-messaging." + users, sent);
        Rounds releasing = keep("scale-release." + users, released);
        Rounds alike = keep("scale-singleton." + users, singleton(users));
        Rounds memory = keep("scale-heap." + users, heap);
        Figure.Distribution single = Figure.Distribution.micros(latency);
        run.keep("scale-message." + users, single);
        creation.put(users, creating.median());
        messaging.put(users, messages.median());
        release.put(users, releasing.median());
        singleton.put(users, alike.median());
        table.row(
                "%,d".formatted(users),
                creating.text(),
                messages.text(),
                releasing.text(),
                alike.text(),
                Figure.number(single.p50()) + " · " + Figure.number(single.p99()) + " · n %,d".formatted(single.n()),
                memory.text(),
                "%,d".formatted(missing));
    }

    private List<Double> singleton(int users) {
        List<Double> released = new ArrayList<>();
        for (int round = 0; round < run.options().rounds(); round++) {
            Crowd crowd = new Crowd(run.fresh(Run.Subject.SINGLETON), users);
            crowd.connect();
            released.add(releasing(crowd));
        }
        return released;
    }

    private static double releasing(Crowd crowd) {
        long start = System.nanoTime();
        crowd.disconnect();
        return (System.nanoTime() - start) / 1e6;
    }

    private Rounds keep(String name, List<Double> values) {
        return run.keep(name, Rounds.of(values.stream().mapToDouble(v -> v).toArray()));
    }
}
