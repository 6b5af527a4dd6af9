package dev.cordon.validation;

import dev.cordon.MicroProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The built WAR on a Payara Micro of this run's own, on loopback, with keys of this run only. */
final class Server implements AutoCloseable {
    static final String SECRET = "validation-run-only-0123456789abcdef";

    private static final String KEY = "validation-run-only";
    private final HttpClient http = HttpClient.newHttpClient();
    private final MicroProcess micro;

    private Server(MicroProcess micro) {
        this.micro = micro;
        Runtime.getRuntime().addShutdownHook(new Thread(micro.process()::destroyForcibly));
    }

    static Server start(Path out, int port) throws IOException {
        Files.createDirectories(out);
        Server server = new Server(MicroProcess.start(
                Path.of("target/cordon.war"),
                port,
                out.resolve("server.log"),
                Map.of(
                        "CORDON_TOKEN_HMAC_SECRET",
                        SECRET,
                        "CORDON_API_KEYS",
                        KEY,
                        "CORDON_CONNECT_RATE_PER_ADDRESS",
                        "0"),
                List.of("-Xmx512m"),
                List.of()));
        server.micro.awaitReady();
        return server;
    }

    URI socket() {
        return URI.create("ws" + micro.base().toString().substring(4)).resolve("connection/websocket");
    }

    HttpClient http() {
        return http;
    }

    /** @throws IOException if it was not accepted */
    void publish(String channel, String data) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(micro.base().resolve("api/publish"))
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
        return send(HttpRequest.newBuilder(micro.base().resolve("metrics?scope=application"))
                        .build())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        micro.close();
    }
}
