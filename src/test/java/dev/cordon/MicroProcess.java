package dev.cordon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Payara Micro with the built WAR, as the README starts it, on loopback. For tests, the siege and the validation report. Thread-safe. */
public final class MicroProcess implements AutoCloseable {
    /** Bounds a start that hangs; three at once on a busy machine with two cores have taken 130 seconds. */
    private static final Duration START = Duration.ofMinutes(10);

    private static final int LAST_LINES = 30;

    /** Payara Micro goes on without the application when it could not be deployed. */
    private static final List<String> NOT_DEPLOYED =
            List.of("Exception during lifecycle processing", "CORDON cannot start");

    /** In the line with which Cordon says that it serves. */
    private static final String SERVING = ", commit ";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final Path log;

    private MicroProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * @param settings as {@code CORDON_…}; nothing else of Cordon's is taken over from the environment
     * @param log gets what the process prints
     * @param jvmOptions beside those of every start
     * @param microOptions of Payara Micro, beside those of every start
     */
    public static MicroProcess start(
            Path war,
            int port,
            Path log,
            Map<String, String> settings,
            List<String> jvmOptions,
            List<String> microOptions)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of(tool("java"), "-Djava.net.preferIPv4Stack=true", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(jvmOptions);
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
                war.toString()));
        command.addAll(microOptions);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CORDON_"));
        builder.environment().putAll(settings);
        return new MicroProcess(builder.start(), port, log);
    }

    /** A tool of the Java that runs this. */
    public static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /**
     * Returns when it serves.
     *
     * @throws IllegalStateException as soon as it has ended or could not deploy, or after ten minutes; with the last lines of its log. It is
     *     closed then
     */
    public void awaitReady() {
        long deadline = System.nanoTime() + START.toNanos();
        // Asked only then: a start closes older connections, and the server logs a stack trace for a request on one.
        while (!log().contains(SERVING) || status("health/ready") != 200 || status("connection/websocket") != 426) {
            if (ended(Duration.ofMillis(100))) {
                throw failed("has ended with status " + process.exitValue());
            }
            if (NOT_DEPLOYED.stream().anyMatch(log()::contains)) {
                throw failed("could not deploy the application");
            }
            if (System.nanoTime() - deadline > 0) {
                throw failed("is not ready after " + START);
            }
        }
    }

    private IllegalStateException failed(String how) {
        List<String> lines = log().lines().toList();
        close();
        return new IllegalStateException("the server " + how + "; the end of " + log + ":\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
    }

    /** The HTTP status of a GET; 0 without an answer within five seconds. */
    public int status(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(base().resolve(path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    public int port() {
        return port;
    }

    public Process process() {
        return process;
    }

    public Path logFile() {
        return log;
    }

    /** The log so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean ended(Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
