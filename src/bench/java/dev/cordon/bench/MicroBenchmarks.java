package dev.cordon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs JMH in a process of its own, by number of threads, and takes its figures into the results. */
final class MicroBenchmarks {
    private static final List<Integer> THREADS = List.of(1, 4, 16);

    private MicroBenchmarks() {}

    static void run(BenchOptions options, Results results) throws IOException, InterruptedException {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int threads : THREADS) {
            jmh(options, "ManagerBenchmark", threads, figures);
        }
        jmh(options, "MessageBenchmark", 1, figures);
        jmh(options, "DeliveryBenchmark", 1, figures);
        String garbage = ".1x1000:gc.alloc.rate.norm";
        figures.put("micro.create.p50", figure(figures, "createAndRelease.1x1000:p0.50"));
        figures.put(
                "micro.create.garbage",
                figure(figures, "createAndRelease" + garbage) - figure(figures, "connectionOnly" + garbage));
        // A trial that retains anything fails (ManagerBenchmark), and JMH with it.
        figures.put("micro.create.retained", 0.0);
        results.add(Contestant.CORDON, new Generator.Answer(figures, Map.of()));
    }

    private static double figure(Map<String, Double> figures, String name) {
        return figures.getOrDefault("micro." + name, Double.NaN);
    }

    private static void jmh(BenchOptions options, String benchmark, int threads, Map<String, Double> into)
            throws IOException, InterruptedException {
        Path csv = options.out()
                .resolve("jmh-" + benchmark + "-" + threads + ".csv")
                .toAbsolutePath();
        Path log = options.out().resolve("jmh-" + benchmark + "-" + threads + ".log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                JavaCommand.classPath(entry -> true),
                "org.openjdk.jmh.Main",
                benchmark,
                "-t",
                Integer.toString(threads),
                "-f",
                "1",
                "-wi",
                "3",
                "-i",
                "5",
                "-w",
                "1",
                "-r",
                "1",
                "-foe",
                "true",
                "-prof",
                "gc",
                "-rf",
                "csv",
                "-rff",
                csv.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("JMH failed; see " + log);
        }
        List<String> lines = Files.readAllLines(csv);
        List<String> head = cells(lines.get(0));
        for (String line : lines.subList(1, lines.size())) {
            read(head, cells(line), into);
        }
    }

    /** One line of JMH's table: {@code micro.<method>.<threads>x<users>[:<secondary result>]}. */
    private static void read(List<String> head, List<String> cells, Map<String, Double> into) {
        String benchmark = cells.get(head.indexOf("Benchmark")).replace("·", "");
        String[] parts = benchmark.split(":", 2);
        String method = parts[0].substring(parts[0].lastIndexOf('.') + 1);
        String secondary = parts.length > 1 ? ":" + parts[1].substring(parts[1].lastIndexOf(':') + 1) : "";
        if (secondary.startsWith(":" + method)) {
            secondary = secondary.substring(method.length() + 1).replaceFirst("^\\.?:?", ":");
        }
        int users = head.indexOf("Param: users");
        String size = cells.get(head.indexOf("Threads")) + (users < 0 ? "" : "x" + cells.get(users));
        into.put("micro." + method + "." + size + secondary, Double.valueOf(cells.get(head.indexOf("Score"))));
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.split(",", -1)) {
            cells.add(cell.replace("\"", ""));
        }
        return cells;
    }
}
