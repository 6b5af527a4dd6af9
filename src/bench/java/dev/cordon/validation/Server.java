package dev.cordon.validation;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The built WAR on a Payara Micro of this run's own, on loopback, with keys of this run only. */
final class Server implements AutoCloseable {
    static final String SECRET = "validation-run-only-0123456789abcdef";

    private static final String KEY = "validation-run-only";
    private static final Duration START = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI base;
    private final Path log;

    private Server(Process process, int port, Path log) {
        this.process = process;
        this.base = URI.create("http://127.0.0.1:" + port + "/");
        this.log = log;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    static Server start(Path out, int port) throws IOException {
        Files.createDirectories(out);
        Path log = out.resolve("server.log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.net.preferIPv4Stack=true",
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
                "target/cordon.war");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CORDON_"));
        builder.environment().put("CORDON_TOKEN_HMAC_SECRET", SECRET);
        builder.environment().put("CORDON_API_KEYS", KEY);
        builder.environment().put("CORDON_CONNECT_RATE_PER_ADDRESS", "0");
        Server server = new Server(builder.start(), port, log);
        server.awaitReady();
        return server;
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (status("health/ready") != 200 || status("connection/websocket") != 426) {
            if (ended(500) || System.nanoTime() > deadline) {
                close();
                throw new IOException("the server did not start; see " + log);
            }
        }
    }

    URI socket() {
        return URI.create("ws" + base.toString().substring(4)).resolve("connection/websocket");
    }

    HttpClient http() {
        return http;
    }

    /** @throws IOException if it was not accepted */
    void publish(String channel, String data) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("api/publish"))
                .header("X-API-Key", KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"channel\":\"" + channel + "\",\"data\":" + data + "}"))
                .build();
        HttpResponse<String> response = send(request);
        if (response.statusCode() != 200 || response.body().contains("\"error\"")) {
            throw new IOException("publish answered " + response.statusCode());
        }
    }

    /** The sum of a metric's samples whose labels contain the text. */
    double metric(String name, String label) throws IOException {
        return send(HttpRequest.newBuilder(base.resolve("metrics?scope=application"))
                        .build())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private int status(String path) {
        try {
            return send(HttpRequest.newBuilder(base.resolve(path)).build()).statusCode();
        } catch (IOException e) {
            // Not listening yet.
            return 0;
        }
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private boolean ended(long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        process.destroy();
        if (!ended(20_000)) {
            process.destroyForcibly();
        }
    }
}
