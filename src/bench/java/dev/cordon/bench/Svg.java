package dev.cordon.bench;

import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;

/** Two kinds of plot as inline SVG. */
final class Svg {
    private static final int WIDTH = 560;
    private static final int LEFT = 170;
    private static final int BAR = 26;

    private Svg() {}

    record Bar(String label, String colour, double value, double min, double max) {}

    /** @param points y by x, ascending */
    record Line(String label, String colour, NavigableMap<Double, Double> points) {}

    record Tick(double x, String label) {}

    /** Horizontal bars from zero, with a whisker from the least to the greatest value. */
    static String bars(String title, List<Bar> bars) {
        double top = bars.stream().mapToDouble(Bar::max).max().orElse(1);
        double scale = (WIDTH - LEFT - 90) / Math.max(top, 1e-9);
        StringBuilder svg = open(title, 40 + bars.size() * BAR);
        int y = 34;
        for (Bar bar : bars) {
            double width = bar.value() * scale;
            double middle = y + BAR / 2.0 - 3;
            svg.append(text(LEFT - 8, middle + 4, "end", bar.label()))
                    .append(format(
                            "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>",
                            LEFT, y, width, BAR - 6, bar.colour()))
                    .append(line(LEFT + bar.min() * scale, middle, LEFT + bar.max() * scale, middle, "#000"))
                    .append(text(
                            LEFT + Math.max(width, bar.max() * scale) + 6,
                            middle + 4,
                            "start",
                            Report.number(bar.value())));
            y += BAR;
        }
        return svg.append("</svg>\n").toString();
    }

    /** Lines over a common x axis. */
    static String lines(String title, List<Line> lines, List<Tick> ticks, boolean logarithmic) {
        int height = 300;
        int bottom = 250;
        double right = WIDTH - 160;
        double minX =
                lines.stream().mapToDouble(l -> l.points().firstKey()).min().orElse(0);
        double maxX =
                lines.stream().mapToDouble(l -> l.points().lastKey()).max().orElse(1);
        Axis x = new Axis(minX, maxX, 60, right, false);
        double minY = lines.stream()
                .flatMap(l -> l.points().values().stream())
                .mapToDouble(v -> v)
                .min()
                .orElse(0);
        double maxY = lines.stream()
                .flatMap(l -> l.points().values().stream())
                .mapToDouble(v -> v)
                .max()
                .orElse(1);
        Axis y = new Axis(logarithmic ? Math.max(minY, 1) : 0, maxY, bottom, 40, logarithmic);
        StringBuilder svg = open(title, height);
        for (Tick tick : ticks) {
            svg.append(line(x.at(tick.x()), 40, x.at(tick.x()), bottom, "#ddd"))
                    .append(text(x.at(tick.x()), bottom + 18, "middle", tick.label()));
        }
        for (double value : y.marks()) {
            svg.append(line(60, y.at(value), right, y.at(value), "#ddd"))
                    .append(text(54, y.at(value) + 4, "end", Report.number(value)));
        }
        int row = 50;
        for (Line line : lines) {
            StringBuilder points = new StringBuilder();
            line.points().forEach((px, py) -> points.append(format("%.1f,%.1f ", x.at(px), y.at(py))));
            svg.append(format(
                            "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>",
                            points.toString().trim(), line.colour()))
                    .append(format(
                            "<rect x='%.0f' y='%d' width='12' height='3' fill='%s'/>",
                            right + 8, row - 4, line.colour()))
                    .append(text(right + 24, row, "start", line.label()));
            row += 18;
        }
        return svg.append("</svg>\n").toString();
    }

    /** Maps values to pixels. */
    private record Axis(double min, double max, double from, double to, boolean logarithmic) {
        double at(double value) {
            double share = logarithmic
                    ? Math.log(Math.max(value, min) / min) / Math.log(Math.max(max / min, 1.001))
                    : (value - min) / Math.max(max - min, 1e-9);
            return from + share * (to - from);
        }

        double[] marks() {
            double[] marks = new double[5];
            for (int i = 0; i < marks.length; i++) {
                double share = i / (marks.length - 1.0);
                marks[i] = logarithmic ? min * Math.pow(max / min, share) : min + share * (max - min);
            }
            return marks;
        }
    }

    private static StringBuilder open(String title, int height) {
        return new StringBuilder(format(
                        "<svg xmlns='http://www.w3.org/2000/svg' role='img' width='%d' height='%d' viewBox='0 0 %d %d'>",
                        WIDTH, height, WIDTH, height))
                .append(format(
                        "<title>%s</title><text x='4' y='18' font-size='14' font-weight='600'>%s</text>",
                        Table.escaped(title), Table.escaped(title)));
    }

    private static String text(double x, double y, String anchor, String text) {
        return format(
                "<text x='%.1f' y='%.1f' font-size='12' text-anchor='%s'>%s</text>", x, y, anchor, Table.escaped(text));
    }

    private static String line(double x1, double y1, double x2, double y2, String colour) {
        return format("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s'/>", x1, y1, x2, y2, colour);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
