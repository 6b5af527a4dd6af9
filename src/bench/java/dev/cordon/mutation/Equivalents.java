package dev.cordon.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Mutants that no test can tell from the code, each with the reason. A line of the file has the class, the method, the mutator,
 * PIT's description, how many there are of it in that method, and the reason, with {@code |} between them. No line numbers: they
 * change.
 */
final class Equivalents {
    private static final int COLUMNS = 6;

    private final List<Entry> entries;

    private Equivalents(List<Entry> entries) {
        this.entries = entries;
    }

    private record Entry(String className, String method, String mutator, String description, int count) {
        boolean names(Mutant mutant) {
            return className.equals(mutant.className())
                    && method.equals(mutant.method())
                    && mutator.equals(mutant.mutator())
                    && description.equals(mutant.description());
        }
    }

    static Equivalents read(Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                entries.add(entry(line));
            }
        }
        return new Equivalents(entries);
    }

    private static Entry entry(String line) {
        String[] columns = line.split("\\|", -1);
        if (columns.length != COLUMNS || columns[COLUMNS - 1].isBlank()) {
            throw new IllegalArgumentException("no class | method | mutator | description | count | reason: " + line);
        }
        return new Entry(
                columns[0].strip(),
                columns[1].strip(),
                columns[2].strip(),
                columns[3].strip(),
                Integer.parseInt(columns[4].strip()));
    }

    /** How many of these, which are one class's, are excused. */
    int among(List<Mutant> mutants) {
        return entries.stream()
                .mapToInt(entry -> Math.min(entry.count(), alive(entry, mutants)))
                .sum();
    }

    /** Lines whose class is among these mutants and which excuse more than there is. */
    List<String> stale(List<Mutant> mutants) {
        return entries.stream()
                .filter(entry -> mutants.stream().anyMatch(m -> m.className().equals(entry.className())))
                .filter(entry -> notKilledByATest(entry, mutants) < entry.count())
                .map(entry -> "%s.%s: %d of “%s” are said to be equivalent, and %d are alive"
                        .formatted(
                                entry.className(),
                                entry.method(),
                                entry.count(),
                                entry.description(),
                                alive(entry, mutants)))
                .toList();
    }

    private static int alive(Entry entry, List<Mutant> mutants) {
        return (int) mutants.stream()
                .filter(mutant -> !mutant.killed() && entry.names(mutant))
                .count();
    }

    private static int notKilledByATest(Entry entry, List<Mutant> mutants) {
        return (int) mutants.stream()
                .filter(mutant -> (!mutant.killed() || mutant.timedOut()) && entry.names(mutant))
                .count();
    }
}
