package dev.cordon.validation;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A fault put into the harness's own wiring, to see that the report notices. Main code is as it is. */
enum Seed {
    NONE("nothing is wrong on purpose", ""),
    LEAK("every connection is kept in a list after its release", "collected"),
    SLOW("every 50th append to the log takes 2 ms", "kpi-delivery"),
    FOREIGN("every tenth connection is given the wire of the one before it", "foreign"),
    LOCK("all wires share one lock, held until the write has ended", "neighbour-factory");

    private final String does;
    private final String turnsRed;

    Seed(String does, String turnsRed) {
        this.does = does;
        this.turnsRed = turnsRed;
    }

    /** @throws IllegalArgumentException naming those that exist */
    static Seed of(String word) {
        return Arrays.stream(values())
                .filter(seed -> seed.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("validate.seed is " + word + " but must be one of "
                        + Arrays.stream(values()).map(Seed::word).collect(Collectors.joining(", "))));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String does() {
        return does;
    }

    /** The verdict that must notice; empty for none. */
    String turnsRed() {
        return turnsRed;
    }
}
