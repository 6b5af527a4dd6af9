package dev.cordon.validation;

import java.util.Locale;
import java.util.SortedMap;

/** The report's sums. */
final class Arithmetic {
    private Arithmetic() {}

    /** By how many per cent {@code to} is more (positive) or less (negative) than {@code from}. */
    static double changePercent(double from, double to) {
        if (from == 0) {
            throw new IllegalArgumentException("nothing changes from 0 by a percentage");
        }
        return (to - from) / from * 100;
    }

    /** The change in words: {@code 61 % less}, {@code 25 % more}; from double on {@code 2.5 times as much}. */
    static String change(double from, double to) {
        double percent = changePercent(from, to);
        if (to >= 2 * from) {
            return Figure.number(to / from) + " times as much";
        }
        return percent(percent) + (percent < 0 ? " less" : " more");
    }

    private static String percent(double percent) {
        double size = Math.abs(percent);
        return String.format(Locale.ROOT, size < 10 || size > 99 ? "%.1f %%" : "%.0f %%", size);
    }

    /**
     * The exponent k of y = c·x^k that fits best (least squares of the logarithms): 1 is linear, 2 quadratic.
     *
     * @throws IllegalArgumentException with fewer than two points
     */
    static double exponent(SortedMap<Integer, Double> points) {
        if (points.size() < 2) {
            throw new IllegalArgumentException("an exponent needs two points");
        }
        double meanX = points.keySet().stream().mapToDouble(Math::log).average().orElseThrow();
        double meanY = points.values().stream().mapToDouble(Math::log).average().orElseThrow();
        double above = 0;
        double below = 0;
        for (var point : points.entrySet()) {
            double x = Math.log(point.getKey()) - meanX;
            above += x * (Math.log(point.getValue()) - meanY);
            below += x * x;
        }
        return above / below;
    }
}
