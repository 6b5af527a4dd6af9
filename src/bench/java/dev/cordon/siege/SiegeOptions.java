package dev.cordon.siege;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long and by whom the node is besieged.
 *
 * @param length of the attacks
 * @param users healthy ones
 * @param attacks names of the attacks; empty for all
 * @param heap of the node, as {@code -Xmx} takes it
 * @param jvmOptions more of the node; none but in a test, which has less time
 * @param war the application
 * @param out where the node's log goes
 */
record SiegeOptions(
        Duration length, int users, Set<String> attacks, String heap, List<String> jvmOptions, Path war, Path out) {
    /** Less than half the CPU of a start; memory is collected as on any node. */
    static final List<String> FAST_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote");

    /** System properties {@code siege.…}. */
    static SiegeOptions read(Function<String, @Nullable String> property) {
        return new SiegeOptions(
                Duration.ofSeconds(Long.parseLong(text(property, "seconds", "600"))),
                Integer.parseInt(text(property, "users", "100")),
                Stream.of(text(property, "attacks", "").split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toUnmodifiableSet()),
                text(property, "heap", "512m"),
                List.of(),
                Path.of(text(property, "war", "target/cordon.war")),
                Path.of(text(property, "out", "target/siege")));
    }

    private static String text(Function<String, @Nullable String> property, String name, String otherwise) {
        String value = property.apply("siege." + name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
