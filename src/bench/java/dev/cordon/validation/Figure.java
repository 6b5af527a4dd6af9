package dev.cordon.validation;

import java.util.Arrays;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Something measured, never without its sample count and its spread. */
sealed interface Figure {
    /** What compares with another figure's: the median. */
    double middle();

    /** As a cell of a table, in the unit of the table's head. */
    String text();

    /** Single samples: median, 99th percentile and maximum. */
    record Distribution(long n, double p50, double p99, double max) implements Figure {
        private static final double MICROS = 1e3;

        /** From nanoseconds to microseconds. */
        static Distribution micros(Histogram nanos) {
            return new Distribution(
                    nanos.getTotalCount(),
                    nanos.getValueAtPercentile(50) / MICROS,
                    nanos.getValueAtPercentile(99) / MICROS,
                    nanos.getMaxValue() / MICROS);
        }

        @Override
        public double middle() {
            return p50;
        }

        @Override
        public String text() {
            return "%s · p99 %s · max %s · n %,d".formatted(number(p50), number(p99), number(max), n);
        }
    }

    /** One value a round: the median of the rounds, the least and the greatest. */
    record Rounds(int n, double median, double min, double max) implements Figure {
        /** @throws IllegalArgumentException if there is no value */
        static Rounds of(double... values) {
            if (values.length == 0) {
                throw new IllegalArgumentException("no round was measured");
            }
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int half = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
            return new Rounds(sorted.length, median, sorted[0], sorted[sorted.length - 1]);
        }

        @Override
        public double middle() {
            return median;
        }

        @Override
        public String text() {
            return "%s (%s–%s, %d rounds)".formatted(number(median), number(min), number(max), n);
        }
    }

    /** Three significant digits below 1,000, whole numbers above. */
    static String number(double value) {
        double size = Math.abs(value);
        int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
        return text.equals("-0") ? "0" : text;
    }
}
