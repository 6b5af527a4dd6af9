package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;

/** Runs a file of Node tests and shows each of them as a test of its own. */
final class NodeTests {
    private static final Path FOLDER = Path.of("target/js");
    /** Longest that a file may take. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** More than a file of tests takes, from {@code CORDON_PORT_BASE} on. */
    private static final int PORTS = 40;

    private static final AtomicInteger NEXT_PORT = new AtomicInteger(18_300);

    private static final Pattern RESULT = Pattern.compile("\\s*(not )?ok \\d+ - (.*?)( # (SKIP|TODO).*)?");

    private NodeTests() {}

    /**
     * Keys, and what a test needs to start servers of its own, on ports that no other file of tests has; without the
     * address of a server that runs.
     */
    static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("CORDON_HMAC_SECRET", Cordon.secret());
        environment.put("CORDON_API_KEY", Cordon.apiKey());
        environment.put("CORDON_JAVA", MicroServer.java());
        environment.put("CORDON_SERVER_OPTIONS", System.getProperty("cordon.it.server-options", ""));
        environment.put("CORDON_MICRO_JAR", absolute("target/payara-micro.jar"));
        environment.put("CORDON_WAR", absolute(System.getProperty("cordon.war")));
        environment.put("CORDON_PAYARA_CONFIG", absolute("payara-config"));
        environment.put("CORDON_TARGET", absolute("target"));
        environment.put("CORDON_FAKETIME", absolute("target/tools/libfaketimeMT.so.1"));
        environment.put("CORDON_PORT_BASE", Integer.toString(NEXT_PORT.getAndAdd(PORTS)));
        return environment;
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().toString();
    }

    /** @param environment what the tests read: addresses and keys */
    static List<DynamicTest> run(String file, Map<String, String> environment) throws IOException {
        return run(file, environment, LIMIT);
    }

    /** @param limit ends the tests, which then fail, so that none that hangs holds the build */
    static List<DynamicTest> run(String file, Map<String, String> environment, Duration limit) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("node", "--test", "--test-reporter=tap", file)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process node = builder.start();
        CompletableFuture<Void> overdue = CompletableFuture.runAsync(
                () -> end(node), CompletableFuture.delayedExecutor(limit.toSeconds(), TimeUnit.SECONDS));
        String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        overdue.cancel(false);
        List<DynamicTest> tests = new ArrayList<>();
        int failures = 0;
        String[] lines = output.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            Matcher result = RESULT.matcher(lines[i]);
            if (result.matches()) {
                boolean failed = result.group(1) != null || result.group(3) != null;
                failures += failed ? 1 : 0;
                tests.add(DynamicTest.dynamicTest(result.group(2), verdict(failed, lines, i)));
            }
        }
        int found = tests.size();
        boolean clean = exit(node) == 0 || failures > 0;
        tests.add(DynamicTest.dynamicTest(
                file + " ran to its end",
                () -> assertThat(clean && found > 0).as(output).isTrue()));
        return tests;
    }

    private static org.junit.jupiter.api.function.Executable verdict(boolean failed, String[] lines, int at) {
        String detail = String.join("\n", List.of(lines).subList(at, Math.min(lines.length, at + 40)));
        return () -> assertThat(failed).as(detail).isFalse();
    }

    /** Ends the tests and what they have started. */
    private static void end(Process node) {
        node.descendants().forEach(ProcessHandle::destroyForcibly);
        node.destroyForcibly();
    }

    private static int exit(Process node) {
        try {
            return node.waitFor();
        } catch (InterruptedException e) {
            node.destroyForcibly();
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
