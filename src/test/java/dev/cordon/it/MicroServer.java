package dev.cordon.it;

import static org.awaitility.Awaitility.await;

import dev.cordon.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Payara Micro of one test's own, on loopback and a free port, with the built WAR and the settings it asks for. */
final class MicroServer implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final Path log;

    private MicroServer(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** @param environment settings as {@code CORDON_…}; nothing else of Cordon's is taken over from the environment of the tests */
    static MicroServer start(Map<String, String> environment, String... jvmOptions) {
        return start(environment, List.of(), jvmOptions);
    }

    /** @param microOptions of Payara Micro, beside those of every test */
    static MicroServer start(Map<String, String> environment, List<String> microOptions, String... jvmOptions) {
        try {
            int port = LoopbackPorts.free();
            Path log = Files.createTempFile(Path.of("target"), "micro-", ".log");
            List<String> command =
                    new ArrayList<>(List.of(java(), "-Djava.net.preferIPv4Stack=true", "-XX:+ExitOnOutOfMemoryError"));
            command.addAll(List.of(jvmOptions));
            command.addAll(List.of(
                    "-jar",
                    "target/payara-micro.jar",
                    "--nohazelcast",
                    "--disablephonehome",
                    "--port",
                    Integer.toString(port),
                    "--maxhttpthreads",
                    "4",
                    "--prebootcommandfile",
                    "payara-config/pre-boot-dev.asadmin",
                    "--logproperties",
                    "payara-config/logging.properties",
                    "--contextroot",
                    "/",
                    "--deploy",
                    System.getProperty("cordon.war")));
            command.addAll(microOptions);
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("CORDON_"));
            builder.environment().putAll(environment);
            return new MicroServer(builder.start(), port, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that runs the tests. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    MicroServer ready() {
        await("a ready server, see " + log)
                .atMost(START)
                .until(() -> status("health/ready") == 200 && status("connection/websocket") == 426);
        return this;
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** What it has written so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The HTTP status of a GET; 0 when nobody answers. */
    int status(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(base().resolve(path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** SIGTERM; returns at once. */
    void terminate() {
        process.destroy();
    }

    boolean ended(Duration within) throws InterruptedException {
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!ended(Duration.ofSeconds(30))) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
