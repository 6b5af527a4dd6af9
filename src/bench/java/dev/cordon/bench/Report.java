package dev.cordon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Writes what was measured: to the console, {@code results.json}, {@code report.md} and {@code report.html}. */
record Report(BenchOptions options, Map<String, String> machine, Results results) {
    void write() throws IOException {
        Path folder = options.out();
        Files.writeString(folder.resolve("results.json"), new ResultsJson(this).text());
        Files.writeString(folder.resolve("report.md"), markdown());
        Files.writeString(folder.resolve("report.html"), new HtmlReport(this).text());
        System.out.println(medians().markdown());
        System.out.println(targets().markdown());
        System.out.println("Report: " + folder.resolve("report.html").toAbsolutePath());
    }

    private String markdown() {
        return String.join(
                "\n",
                "# Cordon measured against its peers\n",
                facts().markdown(),
                "## Targets\n",
                targets().markdown(),
                "## Medians of the rounds\n",
                "× is the median of what a figure is of raw Netty's, the floor's, bare Payara's, the version before's or (of Cordons) Cordon's in each round.\n",
                medians().markdown(),
                "## Spread: least to greatest round\n",
                spreads().markdown(),
                "## Single steps (JMH)\n",
                micro().markdown(),
                "## Remarks\n",
                String.join(
                        "\n", remarks().stream().map(remark -> "- " + remark).toList()),
                "");
    }

    Table facts() {
        Table table = new Table(List.of("machine and run", ""));
        machine.forEach((name, value) -> table.row(List.of(name, value)));
        table.row(List.of("rounds", options.rounds() + ", interleaved, after one that is thrown away"));
        table.row(List.of("window", options.seconds() + " s each"));
        table.row(List.of("users connected", Integer.toString(options.users())));
        table.row(List.of("server heap and collector", options.heap() + ", serial, the same for all"));
        return table;
    }

    Table targets() {
        Table table = new Table(List.of("target", "wanted", "measured", ""));
        for (Check check : Check.of(results, options.stalled())) {
            String measured = Double.isFinite(check.measured()) ? number(check.measured()) + check.unit() : "–";
            table.row(List.of(check.what(), check.wanted(), measured, check.verdict()));
        }
        return table;
    }

    Table medians() {
        return table(metric -> metric.label() + unit(metric), this::median);
    }

    Table spreads() {
        return table(metric -> metric.label() + unit(metric), (server, metric) -> {
            Results.Spread spread = results.of(server, metric.key());
            return spread.present() ? number(spread.min()) + " – " + number(spread.max()) : "–";
        });
    }

    /** Empty but for its head when JMH did not run. */
    Table micro() {
        Table table = new Table(List.of("step, threads × users", "mean", "p50", "p99", "garbage, bytes"));
        for (String name : results.names(Contestant.CORDON)) {
            if (name.startsWith("micro.") && !name.contains(":") && !name.startsWith("micro.create.")) {
                String unit = name.contains("x") ? " µs" : " ns";
                table.row(List.of(
                        name.substring("micro.".length()),
                        micro(name, unit),
                        micro(name + ":p0.50", unit),
                        micro(name + ":p0.99", unit),
                        micro(name + ":gc.alloc.rate.norm", "")));
            }
        }
        return table;
    }

    private String micro(String name, String unit) {
        double value = results.median(Contestant.CORDON, name);
        return Double.isFinite(value) ? number(value) + unit : "–";
    }

    private String median(Contestant server, Metric metric) {
        Results.Spread spread = results.of(server, metric.key());
        if (!spread.present()) {
            return "–";
        }
        return number(spread.median())
                + multiple(server, Contestant.NETTY, metric, "N")
                + multiple(server, Contestant.FLOOR, metric, "F")
                + multiple(server, Contestant.PAYARA, metric, "P")
                + multiple(server, Contestant.CORDON_BEFORE, metric, "B")
                + (server.cordon() ? multiple(server, Contestant.CORDON, metric, "C") : "");
    }

    private String multiple(Contestant server, Contestant of, Metric metric, String mark) {
        double times = results.ratio(server, of, metric.key());
        return server == of || !Double.isFinite(times) ? "" : " (" + number(times) + "×" + mark + ")";
    }

    private static String unit(Metric metric) {
        return metric.unit().isEmpty() ? "" : ", " + metric.unit();
    }

    private interface Cell {
        String of(Contestant server, Metric metric);
    }

    private interface Label {
        String of(Metric metric);
    }

    private Table table(Label label, Cell cell) {
        List<String> head = new ArrayList<>(List.of("what"));
        results.servers().forEach(server -> head.add(server.label()));
        Table table = new Table(head);
        for (Metric metric : Metric.values()) {
            List<String> cells = results.servers().stream()
                    .map(server -> cell.of(server, metric))
                    .toList();
            if (cells.stream().anyMatch(text -> !text.equals("–"))) {
                table.row(Stream.concat(Stream.of(label.of(metric)), cells.stream())
                        .toList());
            }
        }
        return table;
    }

    /** How it was measured, and what could not be. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>(List.of(
                "CPU is the server process's own (user and system, compilation and garbage collection included), divided by"
                        + " what arrived at the clients in the same window.",
                "Latency runs from the moment a message was due, not sent; quantiles are medians of the rounds' quantiles.",
                "Peers keep a map of user → session and find fields by position: no token, no log, no limits, no isolation."
                        + " Cordon checks the token, stores every message, and compares owners before each write.",
                "Idle memory is measured once, slow neighbours in up to three rounds, on freshly started servers.",
                "The heap growth after the flood includes the retained publications, up to a quarter of the heap."));
        for (Contestant server : results.servers()) {
            results.notes(server).forEach((name, note) -> remarks.add(server.label() + ", " + name + ": " + note));
        }
        return remarks;
    }

    /** Three significant digits, without an exponent. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        int decimals = size >= 100 || value == Math.rint(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
