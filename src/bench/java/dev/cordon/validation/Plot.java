package dev.cordon.validation;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** Lines over two logarithmic axes, as inline SVG: what is linear is straight and rises one decade a decade. */
record Plot(String title, String across, String up, List<Line> lines) {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 340;
    private static final int LEFT = 70;
    private static final int RIGHT = 520;
    private static final int TOP = 44;
    private static final int BOTTOM = 280;

    /** @param points above 0 on both axes */
    record Line(String label, String colour, SortedMap<Integer, Double> points) {}

    String svg() {
        Scale x = Scale.of(
                lines.stream().flatMap(l -> l.points().keySet().stream()).mapToDouble(v -> v), LEFT, RIGHT);
        Scale y = Scale.of(
                lines.stream().flatMap(l -> l.points().values().stream()).mapToDouble(v -> v), BOTTOM, TOP);
        StringBuilder svg = new StringBuilder(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">",
                WIDTH, HEIGHT, WIDTH, HEIGHT));
        svg.append(format("<title>%s</title>", Table.escaped(title))).append(text(LEFT, 22, "start", title, 600));
        for (double mark = x.first(); mark <= x.last() * 1.001; mark *= 10) {
            svg.append(line(x.at(mark), TOP, x.at(mark), BOTTOM))
                    .append(text(x.at(mark), BOTTOM + 18, "middle", label(mark), 400));
        }
        for (double mark = y.first(); mark <= y.last() * 1.001; mark *= 10) {
            svg.append(line(LEFT, y.at(mark), RIGHT, y.at(mark)))
                    .append(text(LEFT - 8, y.at(mark) + 4, "end", label(mark), 400));
        }
        svg.append(text((LEFT + RIGHT) / 2.0, BOTTOM + 42, "middle", across, 400))
                .append(text(RIGHT + 18, TOP - 2, "start", up, 600));
        int row = TOP + 22;
        for (Line each : lines) {
            svg.append(drawn(each, x, y, row));
            row += 22;
        }
        return svg.append("</svg>\n").toString();
    }

    private static String drawn(Line line, Scale x, Scale y, int row) {
        StringBuilder points = new StringBuilder();
        StringBuilder dots = new StringBuilder();
        line.points().forEach((px, py) -> {
            points.append(format("%.1f,%.1f ", x.at(px), y.at(py)));
            dots.append(
                    format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x.at(px), y.at(py), line.colour()));
        });
        return format(
                        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%s",
                        points.toString().strip(), line.colour(), dots)
                + format(
                        "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>",
                        RIGHT + 18, row - 6, line.colour())
                + text(RIGHT + 38, row, "start", line.label(), 400);
    }

    /** A logarithmic axis from one power of ten to another. */
    private record Scale(double first, double last, double from, double to) {
        static Scale of(java.util.stream.DoubleStream values, double from, double to) {
            double[] sorted = values.sorted().toArray();
            return new Scale(
                    Math.pow(10, Math.floor(Math.log10(sorted[0]))),
                    Math.pow(10, Math.ceil(Math.log10(sorted[sorted.length - 1]))),
                    from,
                    to);
        }

        double at(double value) {
            return from + Math.log(value / first) / Math.log(last / first) * (to - from);
        }
    }

    private static String label(double mark) {
        return new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(mark);
    }

    private static String text(double x, double y, String anchor, String text, int weight) {
        return format(
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"13\" font-weight=\"%d\" text-anchor=\"%s\">%s</text>",
                x, y, weight, anchor, Table.escaped(text));
    }

    private static String line(double x1, double y1, double x2, double y2) {
        return format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dfe5ea\"/>", x1, y1, x2, y2);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
