package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Peer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeakWatchTest {
    private static String classPath() {
        return Stream.of(
                        LeakWatch.class,
                        LeakWatchChurn.class,
                        org.HdrHistogram.Histogram.class,
                        jakarta.enterprise.context.ApplicationScoped.class,
                        jakarta.inject.Inject.class,
                        org.jspecify.annotations.NullMarked.class)
                .map(type -> Path.of(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                        .toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UseG1GC", "UseParallelGC", "UseSerialGC"})
    @DisplayName(
            "O1: with each garbage collector, users that leave and return are not reported as a leak, and a manager that stays referenced is")
    void o1_noFalseAlarmWithAnyCollector(String collector) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+" + collector,
                        "-XX:+ExplicitGCInvokesConcurrent",
                        "-Xmx384m",
                        "-cp",
                        classPath(),
                        LeakWatchChurn.class.getName()))
                .redirectErrorStream(true)
                .start();

        List<String> told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();

        assertThat(process.waitFor()).isZero();
        assertThat(told).anyMatch(line -> line.matches("false 0 testimonies [1-9]\\d*"));
        assertThat(told).contains("held 1 user0");
    }

    @Test
    @DisplayName(
            "O1: a manager that the server refers to for some minutes after its socket's end is no leak, however often the old generation is collected")
    void o1_doesNotReportAManagerThatIsReferencedForSomeMinutes() {
        KpiNode node = new KpiNode();
        Peer left = node.node.connect("alice", "s");
        node.held(left);
        left.leave();

        for (int i = 0; i < LeakWatch.SURVIVED + 1; i++) {
            node.oldGenerationCollected();
        }
        assertThat(node.leaks.leaked()).isZero();

        node.leakProven();
        assertThat(node.leaks.leaked()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "O1: one collection of the old generation is no proof of a leak, because a collector may leave what dead objects refer to")
    void o1_doesNotReportALeakAfterOneCollection() {
        KpiNode node = new KpiNode();
        Peer left = node.node.connect("alice", "s");
        node.held(left);
        left.leave();
        node.observe();
        node.node.time.advance(LeakWatch.SETTLED);

        node.oldGenerationCollected();

        assertThat(node.leaks.leaked()).isZero();
    }
}
