package dev.cordon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The report as one page without scripts: targets, plots, tables. */
record HtmlReport(Report report) {
    private static final String STYLE =
            "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:78rem;padding:0 1rem;color:#222}"
                    + "table{border-collapse:collapse;margin:1rem 0;font-size:13px}td,th{border:1px solid #ccc;padding:.25rem .5rem;"
                    + "text-align:left}th{background:#f3f3f3}svg{margin:.5rem 1rem .5rem 0;max-width:100%}";

    private static final List<Metric> BARS = List.of(
            Metric.TARGETED_CPU,
            Metric.APART_CPU,
            Metric.BURST_CPU,
            Metric.ECHO_CPU,
            Metric.BROADCAST_CPU,
            Metric.BATCH_CPU,
            Metric.CONNECT_CPU,
            Metric.GARBAGE,
            Metric.HEAP_SLOPE);

    String text() {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<title>Cordon measured against its peers</title><style>")
                .append(STYLE)
                .append("</style></head><body>\n<h1>Cordon measured against its peers</h1>\n")
                .append(report.facts().html())
                .append("<h2>Targets</h2>\n")
                .append(report.targets().html())
                .append(
                        "<h2>Plots</h2>\n<p>Bars are medians of the rounds, whiskers the least and the greatest round.</p>\n")
                .append(curve("Delivery at 1,000/s: latency by percentile", "latency.curve."))
                .append(curve("Echo at 1,000/s: round trip by percentile", "echo.curve."));
        BARS.forEach(metric -> page.append(bars(metric)));
        page.append(memory())
                .append(
                        "<h2>Medians</h2>\n<p>×N: multiple of raw Netty; ×F: of the floor; ×P: of bare Payara; ×B: of the version before; ×C: of Cordon.</p>\n")
                .append(report.medians().html())
                .append("<h2>Spread</h2>\n")
                .append(report.spreads().html())
                .append("<h2>Single steps (JMH)</h2>\n")
                .append(report.micro().html())
                .append("<h2>Remarks</h2>\n<ul>");
        report.remarks()
                .forEach(remark ->
                        page.append("<li>").append(Table.escaped(remark)).append("</li>\n"));
        return page.append("</ul></body></html>\n").toString();
    }

    private String bars(Metric metric) {
        List<Svg.Bar> bars = new ArrayList<>();
        for (Contestant server : report.results().servers()) {
            Results.Spread spread = report.results().of(server, metric.key());
            if (spread.present()) {
                bars.add(new Svg.Bar(server.label(), server.colour(), spread.median(), spread.min(), spread.max()));
            }
        }
        return bars.isEmpty() ? "" : Svg.bars(metric.label() + ", " + metric.unit(), bars);
    }

    private String curve(String title, String prefix) {
        List<Svg.Line> lines = new ArrayList<>();
        for (Contestant server : report.results().servers()) {
            Svg.Line line = new Svg.Line(server.label(), server.colour(), new TreeMap<>());
            for (String name : report.results().names(server)) {
                if (name.startsWith(prefix)) {
                    double percentile = Double.parseDouble(name.substring(prefix.length()));
                    double nines = -Math.log10(Math.max(1e-5, 1 - percentile / 100));
                    line.points().put(nines, report.results().median(server, name));
                }
            }
            add(lines, line);
        }
        List<Svg.Tick> ticks = List.of(
                new Svg.Tick(0.30103, "50 %"),
                new Svg.Tick(1, "90 %"),
                new Svg.Tick(2, "99 %"),
                new Svg.Tick(3, "99.9 %"),
                new Svg.Tick(4, "99.99 %"),
                new Svg.Tick(5, "max"));
        return lines.isEmpty() ? "" : Svg.lines(title + ", µs", lines, ticks, true);
    }

    private String memory() {
        List<Svg.Line> lines = new ArrayList<>();
        for (Contestant server : report.results().servers()) {
            Svg.Line line = new Svg.Line(server.label(), server.colour(), new TreeMap<>());
            for (int size : report.options().sizes()) {
                Results.Spread heap = report.results().of(server, "memory.heap." + size);
                if (heap.present()) {
                    line.points().put((double) size, heap.median() / 1024);
                }
            }
            add(lines, line);
        }
        List<Svg.Tick> ticks = report.options().sizes().stream()
                .map(size -> new Svg.Tick(size, Integer.toString(size)))
                .toList();
        return lines.isEmpty() ? "" : Svg.lines("Live heap by idle connections, MB", lines, ticks, false);
    }

    private static void add(List<Svg.Line> lines, Svg.Line line) {
        if (line.points().size() > 1) {
            lines.add(line);
        }
    }
}
