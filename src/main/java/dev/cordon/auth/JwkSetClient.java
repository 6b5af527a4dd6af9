package dev.cordon.auth;

import dev.cordon.http.BoundedBody;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP client that fetches a JWK set. The limits are 2 seconds from connecting to the last byte, and 256 KiB.
 * Thread-safe.
 *
 * <p>The client follows no redirects: only the configured address is trusted.
 */
final class JwkSetClient {
    static final Duration DEADLINE = Duration.ofSeconds(2);
    static final int MAX_BYTES = 256 * 1024;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(DEADLINE)
            .build();
    private final HttpRequest request;

    JwkSetClient(URI url) {
        this.request = HttpRequest.newBuilder(url)
                .header("Accept", "application/jwk-set+json, application/json")
                .timeout(DEADLINE)
                .build();
    }

    /** Starts a fetch without blocking. The future fails unless the answer is a JWK set with status 200. */
    CompletableFuture<JwkSet> fetch() {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(request, response -> new BoundedBody(MAX_BYTES));
        // The time-out of the request covers the headers only; this one covers the body too.
        return exchange.copy()
                .orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> exchange.cancel(true))
                .thenApply(JwkSetClient::parsed);
    }

    private static JwkSet parsed(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            throw new CompletionException(new IOException("status " + response.statusCode()));
        }
        try {
            return JwkSet.parse(new String(response.body(), StandardCharsets.UTF_8));
        } catch (ParseException e) {
            throw new CompletionException(e);
        }
    }
}
