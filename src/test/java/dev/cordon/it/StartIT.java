package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cordon.LoopbackPorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher of {@code ./mvnw -Prun}, and the messages for a newcomer's mistakes. */
class StartIT {
    /** What the launcher printed, and how it ended. */
    private record Ended(int status, String output) {}

    private static Process launched(String port, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        MicroServer.java(),
                        "src/run/java/dev/cordon/run/RunMicro.java",
                        "target/payara-micro.jar",
                        System.getProperty("cordon.war"),
                        "payara-config",
                        port))
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CORDON_"));
        builder.environment().put("JDK_JAVA_OPTIONS", MicroServer.jvmOptions());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Ended run(String port, Map<String, String> environment) throws IOException, InterruptedException {
        Process process = launched(port, environment);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), output);
    }

    @Test
    void theLauncherPrintsTheAddressAndCausesNoWarningOfItsOwn() throws Exception {
        Process process = launched(Integer.toString(LoopbackPorts.free()), Map.of());
        List<String> lines = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                if (line.startsWith("Cordon is ready: open http://127.0.0.1:")) {
                    // Process.destroy would close the output, too.
                    process.toHandle().destroy();
                }
            }
        } finally {
            process.destroy();
        }

        assertThat(lines)
                .anyMatch(line -> line.startsWith("Cordon is ready: open "))
                .anyMatch(line ->
                        line.matches(".*Cordon \\d+\\.\\d+\\.\\d+\\S*, commit ([0-9a-f]{40}|unknown), mode dev.*"))
                .noneMatch(line -> line.contains("was rejected"));
    }

    /** Checks that the start failed with one line of error that has this text, and without a stack trace. */
    private static void assertOneClearLine(Ended ended, String expected) {
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.output().lines().filter(line -> line.startsWith("ERROR: ")))
                .singleElement()
                .asString()
                .contains(expected);
        assertThat(ended.output()).doesNotContain("\tat ").doesNotContain("Cordon is ready");
    }

    /** One of each kind: a missing setting, a malformed one, one that the server knows. StartTest has the others. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CORDON_MODE | production | no key to check tokens with: set cordon.token.hmac-secret (CORDON_TOKEN_HMAC_SECRET)",
                "CORDON_QUEUE_MAX_BYTES | lots | cordon.queue.max-bytes is 'lots' but must be a number of bytes",
                "CORDON_LOG | jdbc | cordon.jdbc.data-source is 'jdbc/cordon' but the server has no data source of that name",
            })
    void aWrongSettingEndsTheStartInOneLineThatNamesIt(String name, String value, String expected) throws Exception {
        assertOneClearLine(run(Integer.toString(LoopbackPorts.free()), Map.of(name, value)), expected);
    }

    @Test
    void aFailedStartIsReportedInOneLineOnJakartaEeAloneToo() throws Exception {
        assertOneClearLine(
                run(
                        Integer.toString(LoopbackPorts.free()),
                        Map.of("CORDON_PAYARA", "false", "CORDON_TRANSPORT", "direct")),
                "cordon.transport=direct does not work with cordon.payara=false:"
                        + " set cordon.transport=auto, servlet or container");
    }

    @Test
    void aNodeOfTheGridOnAServerWithoutOneIsReportedInOneLine() throws Exception {
        assertOneClearLine(
                run(
                        Integer.toString(LoopbackPorts.free()),
                        Map.of(
                                "CORDON_CLUSTER",
                                "grid",
                                "CORDON_LOG",
                                "jdbc",
                                "CORDON_JDBC_URL",
                                "jdbc:postgresql://127.0.0.1:1/none")),
                "cordon.cluster=grid needs the server's data grid: start Payara Micro without --nohazelcast");
    }

    @Test
    void aPortInUseIsReported() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertOneClearLine(
                    run(Integer.toString(taken.getLocalPort()), Map.of()),
                    "port " + taken.getLocalPort() + " is in use on 127.0.0.1; choose another one with -Dport=8181");
        }
    }

    @Test
    void anInvalidPortIsReported() throws Exception {
        assertOneClearLine(run("eighty", Map.of()), "the port is 'eighty' but must be a number");
        assertOneClearLine(run("70000", Map.of()), "the port is 70000 but must be 1 to 65535");
    }

    @Test
    void environmentSettingsOverrideThoseThatDevelopmentModeGenerates() {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_MODE", "dev");
        try (MicroServer server = MicroServer.start(settings).ready()) {
            Cordon cordon = new Cordon(server.base());
            try (RawSocket client = RawSocket.connected(cordon, cordon.token("start-env"))) {
                client.send("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":1}}");
                assertThat(client.next()).isEqualTo("{\"id\":2,\"rpc\":{\"data\":1}}");
            }
            assertThat(cordon.get("dev/token?user=x").statusCode()).isEqualTo(200);
        }
    }

    /** With a kept {@code --rootDir} the second start deploys twice: from what was kept, and from the command line. */
    @Test
    @Tag("payara")
    @DisplayName("H5 while a node starts each of its answers is 503 with Retry-After, also with a kept --rootDir")
    void h5_answersWithRetryAfterUntilItServes(@TempDir Path root) {
        watchStart(root, 1);
        watchStart(root, 2);
    }

    private static void watchStart(Path root, int deployments) {
        try (MicroServer server =
                MicroServer.start(Cordon.production(), List.of("--rootDir", root.toString()), "-Xmx512m")) {
            StartWatch watch = new StartWatch(new Cordon(server.base()));
            await().atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> watch.ask()
                            && server.log().split("Cordon [0-9.]+, commit \\w+, mode ", -1).length > deployments);

            assertThat(watch.answers())
                    .allMatch(answer -> answer.comeBack() || answer.containersOwn() || answer.serving())
                    .anyMatch(StartWatch.Answer::comeBack);
        }
    }

    @Test
    void aServerThatCannotDeployFailsItsTestAtOnceWithTheEndOfItsLog() {
        try (MicroServer server = MicroServer.start(Map.of("CORDON_MODE", "production"), "-Xmx512m")) {
            await().atMost(Duration.ofMinutes(5)).until(() -> server.log().contains("CORDON cannot start"));
            // No test has to wait for it.
            await().until(() -> server.status("") == 404);
            assertThatThrownBy(server::ready)
                    .hasMessageContaining("could not deploy the application")
                    .hasMessageContaining("no key to check tokens with: set cordon.token.hmac-secret");
        }
    }

    @Test
    void aServerThatEndsFailsItsTestAtOnceWithTheEndOfItsLog() {
        try (MicroServer server = MicroServer.start(Map.of(), List.of("--no-such-option"))) {
            assertThatThrownBy(server::ready)
                    .hasMessageContaining("has ended with status")
                    .hasMessageContaining("no-such-option");
        }
    }
}
