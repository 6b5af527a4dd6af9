package dev.cordon.it;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenSettings;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A running Cordon, seen from outside: its address, its keys, and the requests of a back end and an operator. */
record Cordon(URI base) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static String secret() {
        return System.getProperty("cordon.it.secret");
    }

    static String apiKey() {
        return System.getProperty("cordon.it.api-key");
    }

    /** Settings for a test's own server, in production mode, with the keys of the tests. */
    static Map<String, String> production() {
        return Map.of("CORDON_TOKEN_HMAC_SECRET", secret(), "CORDON_API_KEYS", apiKey());
    }

    /** @param shared the address that the container adapter injects: right but for the host */
    static Cordon at(URI shared) {
        return new Cordon(URI.create("http://127.0.0.1:" + shared.getPort() + "/"));
    }

    URI socket() {
        return URI.create("ws" + base.toString().substring(4)).resolve("connection/websocket");
    }

    String token(String user, String... groups) {
        return tokens().issue(new UserId(user), Set.of(groups), Optional.empty(), Duration.ofHours(1));
    }

    /** A token that ends soon. */
    String shortToken(String user, Duration life) {
        return tokens().issue(new UserId(user), Set.of(), Optional.empty(), life);
    }

    String sessionToken(String user, String session) {
        return tokens().issue(new UserId(user), Set.of(), Optional.of(new SessionId(session)), Duration.ofHours(1));
    }

    private static DevTokens tokens() {
        return new DevTokens(TokenSettings.ofSecret(secret()), Clock.systemUTC());
    }

    HttpResponse<String> api(String method, String json) {
        return send(HttpRequest.newBuilder(base.resolve("api/" + method))
                .header("X-API-Key", apiKey())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(base.resolve(path)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The sum of a metric's samples whose line contains the label text. */
    double metric(String name, String label) {
        return get("metrics?scope=application")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    double metric(String name) {
        return metric(name, "");
    }
}
