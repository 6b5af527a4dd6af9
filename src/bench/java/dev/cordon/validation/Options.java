package dev.cordon.validation;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How much is run.
 *
 * @param rounds of each measurement
 * @param users present where their number is not what is measured
 * @param messages sent in each measured window
 * @param sizes users of the scalability table, ascending
 * @param cycles sessions that come and go in the long leak test
 * @param only the sections that are run, by the names of {@link Validate}; empty for all
 * @param server whether the real server is started and measured, on {@code port}
 */
record Options(
        Seed seed,
        Path out,
        int rounds,
        int users,
        int messages,
        List<Integer> sizes,
        int cycles,
        boolean server,
        int port,
        Set<String> only) {
    /** System properties {@code validate.…}; docs/validation.md lists them. */
    static Options read(Function<String, @Nullable String> property) {
        return new Options(
                Seed.of(text(property, "seed", "none")),
                Path.of(text(property, "out", "target/validation")),
                Integer.parseInt(text(property, "rounds", "5")),
                Integer.parseInt(text(property, "users", "1000")),
                Integer.parseInt(text(property, "messages", "20000")),
                Stream.of(text(property, "sizes", "5,10,15,50,100,500,1000,5000")
                                .split(","))
                        .map(size -> Integer.valueOf(size.strip()))
                        .sorted()
                        .toList(),
                Integer.parseInt(text(property, "cycles", "50000")),
                Boolean.parseBoolean(text(property, "server", "true")),
                Integer.parseInt(text(property, "port", "0")),
                Set.of());
    }

    private static String text(Function<String, @Nullable String> property, String name, String otherwise) {
        String value = property.apply("validate." + name);
        return value == null || value.isBlank() ? otherwise : value;
    }

    /** In seconds, for tests: what the verdicts say, not how fast anything is. */
    static Options brief(Seed seed, Set<String> only) {
        return new Options(
                seed, Path.of("target/validation"), 1, 100, 2_000, List.of(5, 50, 200), 1_000, false, 0, only);
    }

    boolean wants(String section) {
        return only.isEmpty() || only.contains(section);
    }

    int largest() {
        return sizes.get(sizes.size() - 1);
    }
}
