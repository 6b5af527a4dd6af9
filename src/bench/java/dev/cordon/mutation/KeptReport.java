package dev.cordon.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The short form of PIT's report on one package, which is kept in the repository: for each class how many mutants a test
 * killed, and each mutant that is alive, or that no test failed for in time. All packages take hours, so they are measured on several days.
 */
final class KeptReport {
    private static final String SOURCES = "# sources ";
    private static final String KILLED = "killed ";
    private static final String ALIVE = "alive ";
    private static final String TIMED_OUT = "timed-out ";
    private static final String BETWEEN = " | ";
    private static final int COLUMNS = 5;

    private KeptReport() {}

    /** @param args three: PIT's {@code mutations.xml}; the file to write; a hash of the sources that were measured */
    public static void main(String[] args) throws IOException {
        Path to = Path.of(args[1]);
        Files.createDirectories(to.toAbsolutePath().getParent());
        Files.write(to, lines(Mutant.readAll(Path.of(args[0])), args[2]));
    }

    static List<String> lines(List<Mutant> mutants, String sources) {
        List<String> lines = new ArrayList<>(List.of("# by src/bench/mutation/run", SOURCES + sources));
        Map<String, Long> killed = mutants.stream()
                .filter(mutant -> mutant.killed() && !mutant.timedOut())
                .collect(Collectors.groupingBy(Mutant::className, TreeMap::new, Collectors.counting()));
        killed.forEach((name, count) -> lines.add(KILLED + name + BETWEEN + count));
        mutants.stream()
                .filter(mutant -> !mutant.killed() || mutant.timedOut())
                .map(KeptReport::line)
                .sorted()
                .forEach(lines::add);
        return lines;
    }

    private static String line(Mutant mutant) {
        return (mutant.timedOut() ? TIMED_OUT : ALIVE)
                + String.join(
                        BETWEEN,
                        mutant.className(),
                        mutant.method(),
                        mutant.mutator(),
                        mutant.description(),
                        Integer.toString(mutant.line()));
    }

    static List<Mutant> read(Path file) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(KILLED)) {
                String[] columns = line.substring(KILLED.length()).split(" \\| ", -1);
                mutants.addAll(Collections.nCopies(
                        Integer.parseInt(columns[1]), new Mutant(columns[0], "", "", "", 0, true, false)));
            } else if (line.startsWith(ALIVE)) {
                mutants.add(mutant(line.substring(ALIVE.length()), false));
            } else if (line.startsWith(TIMED_OUT)) {
                mutants.add(mutant(line.substring(TIMED_OUT.length()), true));
            } else if (!line.startsWith("#")) {
                throw new IOException("cannot read " + file + ": " + line);
            }
        }
        return mutants;
    }

    private static Mutant mutant(String line, boolean timedOut) {
        String[] columns = line.split(" \\| ", COLUMNS);
        return new Mutant(
                columns[0], columns[1], columns[2], columns[3], Integer.parseInt(columns[4]), timedOut, timedOut);
    }
}
