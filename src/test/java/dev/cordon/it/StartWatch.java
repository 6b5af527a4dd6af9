package dev.cordon.it;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** A client that asks a starting server for each address in turn, over kept connections, and notes distinct answers. */
final class StartWatch {
    /** Status that each address answers once the node serves. */
    private static final Map<String, Integer> SERVING = Map.of(
            "",
            200,
            "health/ready",
            200,
            "health/live",
            200,
            "metrics?scope=application",
            200,
            "connection/websocket",
            426,
            "api/publish",
            200,
            "api/nonsense",
            404,
            "handshake",
            101);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Set<Answer> answers = new LinkedHashSet<>();
    private final Cordon cordon;

    StartWatch(Cordon cordon) {
        this.cordon = cordon;
    }

    /** @param body the beginning of it; empty for a handshake, whose client does not show it */
    record Answer(String path, int status, String retryAfter, String body) {
        /** The answer of a node that says that it does not serve yet, or not any more. */
        boolean comeBack() {
            return status == 503
                    && retryAfter.equals("1")
                    && (path.equals("handshake") || body.startsWith("{\"error\":"));
        }

        /** The container's own, while no class of the application is loaded: docs/operations.md. */
        boolean containersOwn() {
            boolean notFound = status == 404 && (path.equals("handshake") || body.startsWith("<!DOCTYPE html PUBLIC"));
            return notFound || body.equals("{\"status\":\"DOWN\",\"checks\":[{\"name\":\"No Applicati");
        }

        boolean serving() {
            return SERVING.getOrDefault(path, 0) == status && (status != 404 || body.contains("\"code\":104"));
        }
    }

    Set<Answer> answers() {
        return Set.copyOf(answers);
    }

    /** Asks for each address once; whether all of them answered as a node that serves. */
    boolean ask() {
        boolean all = true;
        for (String path : SERVING.keySet()) {
            try {
                Answer answer = path.equals("handshake") ? handshake() : get(path);
                answers.add(answer);
                all &= answer.serving();
            } catch (IOException e) {
                // No server listens yet, or the connection was closed: a client tries again.
                all = false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return all;
    }

    private Answer get(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(cordon.base().resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("X-API-Key", Cordon.apiKey());
        if (path.startsWith("api/")) {
            request.header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"channel\":\"#start\",\"data\":1}"));
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        String body = answer.body().substring(0, Math.min(48, answer.body().length()));
        return new Answer(path, answer.statusCode(), retryAfter(answer), stable(path, answer.statusCode(), body));
    }

    /** Leaves out the parts that differ between good answers. */
    private static String stable(String path, int status, String body) {
        return status == 200 && !path.isEmpty() ? "" : body;
    }

    private Answer handshake() throws IOException {
        try {
            http.newWebSocketBuilder()
                    .connectTimeout(Duration.ofSeconds(30))
                    .buildAsync(cordon.socket(), new WebSocket.Listener() {})
                    .join()
                    .abort();
            return new Answer("handshake", 101, "", "");
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException rejected) {
                return new Answer(
                        "handshake", rejected.getResponse().statusCode(), retryAfter(rejected.getResponse()), "");
            }
            throw new IOException(e);
        }
    }

    private static String retryAfter(HttpResponse<?> answer) {
        return answer.headers().firstValue("Retry-After").orElse("");
    }
}
