package dev.cordon.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** All figures of a run: by server and name, one value a round. */
final class Results {
    private final Map<Contestant, Map<String, List<Double>>> values = new EnumMap<>(Contestant.class);
    private final Map<Contestant, Map<String, String>> notes = new EnumMap<>(Contestant.class);

    /** A figure over the rounds. */
    record Spread(double median, double min, double max, int rounds) {
        static final Spread NONE = new Spread(Double.NaN, Double.NaN, Double.NaN, 0);

        static Spread of(List<Double> values) {
            double[] sorted =
                    values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
        }

        boolean present() {
            return rounds > 0 && Double.isFinite(median);
        }
    }

    void add(Contestant server, Generator.Answer answer) {
        answer.figures()
                .forEach((name, value) -> values.computeIfAbsent(server, s -> new LinkedHashMap<>())
                        .computeIfAbsent(name, n -> new ArrayList<>())
                        .add(value));
        note(server, answer.notes());
    }

    void note(Contestant server, Map<String, String> remarks) {
        notes.computeIfAbsent(server, s -> new TreeMap<>()).putAll(remarks);
    }

    Spread of(Contestant server, String name) {
        List<Double> rounds = values.getOrDefault(server, Map.of()).getOrDefault(name, List.of());
        return rounds.isEmpty() ? Spread.NONE : Spread.of(rounds);
    }

    double median(Contestant server, String name) {
        return of(server, name).median();
    }

    /**
     * How many times another server's figure a figure is: the median of what it is in each round, because a machine that grows slower or faster
     * does so for both.
     */
    double ratio(Contestant server, Contestant to, String name) {
        return ratio(server, name, to, name);
    }

    /** The same of a figure and another one. */
    double ratio(Contestant server, String name, Contestant to, String other) {
        List<Double> ours = rounds(server, name);
        List<Double> theirs = rounds(to, other);
        if (ours.size() != theirs.size() || ours.isEmpty()) {
            return median(server, name) / median(to, other);
        }
        return Spread.of(IntStream.range(0, ours.size())
                        .mapToObj(i -> ours.get(i) / theirs.get(i))
                        .toList())
                .median();
    }

    Set<String> names(Contestant server) {
        return values.getOrDefault(server, Map.of()).keySet();
    }

    List<Double> rounds(Contestant server, String name) {
        return values.getOrDefault(server, Map.of()).getOrDefault(name, List.of());
    }

    Map<String, String> notes(Contestant server) {
        return notes.getOrDefault(server, Map.of());
    }

    List<Contestant> servers() {
        return Arrays.stream(Contestant.values()).filter(values::containsKey).toList();
    }
}
