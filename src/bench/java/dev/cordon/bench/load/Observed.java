package dev.cordon.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at a server from outside, without its help: processor time, resident memory, heap. */
final class Observed {
    private static final Path TOOLS = Path.of(System.getProperty("java.home"), "bin");

    private static final Pattern BLANKS = Pattern.compile(" +");
    /** {@code  num: instances bytes class (module)}. */
    private static final Pattern HISTOGRAM_ROW = Pattern.compile("^ *\\d+: +\\d+ +(?<bytes>\\d+) +(?<name>\\S+)");

    private static final double TOOL_SECONDS = 60;

    private final Loop loop;
    private final Target target;

    Observed(Loop loop, Target target) {
        this.loop = loop;
        this.target = target;
    }

    /** Microseconds of processor time so far, user and system (on Linux utime + stime of /proc/pid/stat; steps of 10 ms). */
    double cpu() {
        return ProcessHandle.of(target.pid())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElseThrow(() -> new IllegalStateException(target.name() + " has gone"))
                        .toNanos()
                / 1e3;
    }

    /** Resident kilobytes; NaN where there is no /proc. */
    double residentKilobytes() {
        Path status = Path.of("/proc", Long.toString(target.pid()), "status");
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Kilobytes of live heap after two full collections. */
    double liveKilobytes() {
        run("jcmd", Long.toString(target.pid()), "GC.run");
        run("jcmd", Long.toString(target.pid()), "GC.run");
        return usedKilobytes();
    }

    /** Bytes of live objects by class name, arrays by the JVM's names for them ({@code [B}). A full collection. */
    Map<String, Double> liveBytesByClass() {
        Map<String, Double> bytes = new HashMap<>();
        run("jcmd", Long.toString(target.pid()), "GC.class_histogram").lines().forEach(line -> {
            Matcher row = HISTOGRAM_ROW.matcher(line);
            if (row.find()) {
                bytes.merge(row.group("name"), Double.valueOf(row.group("bytes")), Double::sum);
            }
        });
        return bytes;
    }

    /** Kilobytes of heap in use now, garbage included (jstat reads shared memory: the server does nothing for it). */
    double usedKilobytes() {
        List<String> lines =
                run("jstat", "-gc", Long.toString(target.pid())).lines().toList();
        List<String> names = words(lines.get(0));
        List<String> values = words(lines.get(1));
        double used = 0;
        for (String space : List.of("S0U", "S1U", "EU", "OU")) {
            used += Double.parseDouble(values.get(names.indexOf(space)));
        }
        return used;
    }

    private static List<String> words(String line) {
        return BLANKS.splitAsStream(line.trim()).toList();
    }

    /** Runs a tool of the JDK while the loop goes on, so that pings are answered. */
    private String run(String... command) {
        try {
            command[0] = TOOLS.resolve(command[0]).toString();
            Path out = Files.createTempFile("bench", ".out");
            try {
                Process tool = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
                if (!loop.until(() -> !tool.isAlive(), TOOL_SECONDS)) {
                    tool.destroyForcibly();
                }
                return Files.readString(out, StandardCharsets.UTF_8);
            } finally {
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
