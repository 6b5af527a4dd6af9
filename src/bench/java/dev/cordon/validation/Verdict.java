package dev.cordon.validation;

import dev.cordon.validation.Figure.Rounds;

/**
 * An assertion and what became of it.
 *
 * @param id names it for seeds and readers, in words joined by hyphens
 * @param asserts what must hold, with its bound
 * @param measured what this run found
 */
record Verdict(String id, String asserts, String measured, boolean holds) {
    /** Holds when the value is not above the limit; a value that is no number does not hold. */
    static Verdict atMost(String id, String what, double measured, double limit, String unit) {
        return new Verdict(
                id, bound(what, limit, unit), (Figure.number(measured) + " " + unit).strip(), measured <= limit);
    }

    /** As {@link #atMost} for the median of rounds, with their spread beside it. */
    static Verdict atMost(String id, String what, Rounds measured, double limit, String unit) {
        return new Verdict(id, bound(what, limit, unit), measured.text() + " " + unit, measured.median() <= limit);
    }

    /** Holds when the value is not below the limit. */
    static Verdict atLeast(String id, String what, double measured, double limit, String unit) {
        return new Verdict(
                id,
                what + " ≥ " + Figure.number(limit) + " " + unit,
                Figure.number(measured) + " " + unit,
                measured >= limit);
    }

    /** The same with the number of samples that the measured value was taken from. */
    Verdict of(long samples) {
        return new Verdict(id, asserts, measured + " (n %,d)".formatted(samples), holds);
    }

    static Verdict exactly(String id, String what, long measured, long expected) {
        return new Verdict(id, what + " = %,d".formatted(expected), "%,d".formatted(measured), measured == expected);
    }

    private static String bound(String what, double limit, String unit) {
        return (what + " ≤ " + Figure.number(limit) + " " + unit).strip();
    }

    String word() {
        return holds ? "GREEN" : "RED";
    }
}
