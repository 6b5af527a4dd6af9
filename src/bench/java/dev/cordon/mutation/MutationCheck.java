package dev.cordon.mutation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a run of PIT is worth: a table class by class, and what falls short of the thresholds. */
public final class MutationCheck {
    /** The message's way from its acceptance to the wire: a package, or a class of one. Each has a threshold of its own. */
    static final List<String> WAY = List.of(
            "publish.",
            "log.",
            "manager.",
            "jdbc.CommitQueue",
            "jdbc.Committer",
            "jdbc.PendingAppend",
            "websocket.MessageArrays",
            "websocket.ServerFrame",
            "websocket.FrameQueue",
            "websocket.ServerFrames",
            "websocket.CloseHandshake",
            "websocket.WebSocketConnection",
            "endpoint.WireTransport");

    private final Map<String, List<Mutant>> classes;
    private final List<Mutant> mutants;
    private final Equivalents equivalents;

    MutationCheck(List<Mutant> mutants, Equivalents equivalents) {
        this.mutants = mutants;
        this.equivalents = equivalents;
        this.classes =
                mutants.stream().collect(Collectors.groupingBy(Mutant::className, TreeMap::new, Collectors.toList()));
    }

    /** Of a number of mutants, how many were killed, and how many need not be. */
    private record Score(int mutants, int killed, int equivalent) {
        double percent() {
            int killable = mutants - equivalent;
            return killable == 0 ? 100 : 100.0 * killed / killable;
        }
    }

    /**
     * @param args four: PIT's {@code mutations.xml} or a folder of kept reports; the file of equivalent mutants; the least
     *     per cent of all; and that of a class of the message's way
     * @throws IllegalStateException when something falls short
     */
    public static void main(String[] args) throws IOException {
        MutationCheck check = new MutationCheck(Mutant.readAll(Path.of(args[0])), Equivalents.read(Path.of(args[1])));
        System.out.println(check.table());
        List<String> faults = check.faults(Double.parseDouble(args[2]), Double.parseDouble(args[3]));
        if (!faults.isEmpty()) {
            throw new IllegalStateException(String.join("\n", faults));
        }
    }

    static boolean onTheWay(String className) {
        return WAY.stream().anyMatch(way -> way.endsWith(".") ? className.startsWith(way) : className.equals(way));
    }

    /** Each class, the message's way marked with a star, and all of them. */
    String table() {
        List<String> rows = new ArrayList<>();
        rows.add(String.format(Locale.ROOT, "%-44s %7s %7s %10s %7s", "class", "mutants", "killed", "equivalent", "%"));
        classes.forEach((name, of) -> rows.add(row((onTheWay(name) ? "* " : "  ") + name, score(of))));
        rows.add(row("  all", all()));
        return String.join("\n", rows);
    }

    private static String row(String name, Score score) {
        return String.format(
                Locale.ROOT,
                "%-44s %7d %7d %10d %7.1f",
                name,
                score.mutants(),
                score.killed(),
                score.equivalent(),
                score.percent());
    }

    /** What is under its threshold, and what is said of mutants that are not there; empty when all is well. */
    List<String> faults(double overall, double ofClass) {
        List<String> faults = new ArrayList<>(equivalents.stale(mutants));
        classes.forEach((name, of) -> {
            double percent = score(of).percent();
            if (onTheWay(name) && percent < ofClass) {
                faults.add(tooLittle(name, percent, ofClass));
            }
        });
        double percent = all().percent();
        if (percent < overall) {
            faults.add(tooLittle("all", percent, overall));
        }
        return faults;
    }

    private static String tooLittle(String of, double percent, double least) {
        return String.format(Locale.ROOT, "%s: %.1f %% of the mutants killed, %.1f are asked for", of, percent, least);
    }

    private Score all() {
        return score(mutants);
    }

    private Score score(List<Mutant> of) {
        int killed = (int) of.stream().filter(Mutant::killed).count();
        return new Score(of.size(), killed, equivalents.among(of));
    }
}
