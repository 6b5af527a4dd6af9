package dev.cordon.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server allocated between two moments: the growth of its heap plus what each collection in between took away, from its own
 * garbage collection log ({@code -Xlog:gc}). Exact to the log's megabyte a collection, and to the buffer of 16 KB
 * that each thread allocates from.
 */
final class Allocation {
    private static final Pattern COLLECTED = Pattern.compile("GC\\(\\d+\\) Pause \\D*(\\d+)M->(\\d+)M\\(");

    private final Target target;
    private final Observed observed;
    private final int seen;
    private final double usedBefore;

    private Allocation(Target target, Observed observed) {
        this.target = target;
        this.observed = observed;
        this.usedBefore = observed.usedKilobytes();
        this.seen = log(target).size();
    }

    static Allocation start(Target target, Observed observed) {
        return new Allocation(target, observed);
    }

    /** Bytes since the start. */
    double bytes() {
        double used = observed.usedKilobytes();
        List<String> lines = log(target);
        double collected = 0;
        for (String line : lines.subList(seen, lines.size())) {
            Matcher matcher = COLLECTED.matcher(line);
            if (matcher.find()) {
                collected += Double.parseDouble(matcher.group(1)) - Double.parseDouble(matcher.group(2));
            }
        }
        return (used - usedBefore) * 1024 + collected * 1024 * 1024;
    }

    private static List<String> log(Target target) {
        try {
            return Files.readAllLines(target.gcLog());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
