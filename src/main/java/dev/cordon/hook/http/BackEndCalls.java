package dev.cordon.hook.http;

import dev.cordon.http.BodyTooLongException;
import dev.cordon.http.BoundedBody;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Signed POSTs of JSON to the back end, over HTTP/1.1 with connections that are kept alive. Certificates are verified,
 * redirects are not followed, and at most {@link #MAX_ANSWER} bytes of an answer are read. Holds no thread while a call
 * waits: two threads serve all calls, beside the HTTP client's own. Thread-safe.
 */
final class BackEndCalls implements AutoCloseable {
    /** Longest answer, in bytes. */
    static final int MAX_ANSWER = 64 * 1024;

    private static final int THREADS = 2;
    private static final int OK = 2;
    private static final int REDIRECTION = 3;

    /** Headers that belong to one connection, or that say what only this node may say of its request (RFC 9110 §7.6.1). */
    private static final Set<String> OWN_HEADERS = Set.of(
            "accept-encoding",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final String OWN_PREFIX = "x-cordon-";

    private final ExecutorService threads;
    private final HttpClient http;
    private final HookSecrets secrets;
    private final Clock clock;
    private final HttpHookCounters counters;

    /** @param trust whom to trust in place of the JVM's certificate authorities */
    BackEndCalls(HookSecrets secrets, Clock clock, HttpHookCounters counters, Optional<SSLContext> trust) {
        this.secrets = secrets;
        this.clock = clock;
        this.counters = counters;
        this.threads = threads();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .executor(threads);
        trust.ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    private static ExecutorService threads() {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "cordon-hook-http");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * Posts a JSON text, signed.
     *
     * @param hook name of the hook for errors, such as {@code hook.rpc.url}
     * @param headers headers of the client's handshake to pass on; those that are not the client's to set are left out
     * @param left time for all of it, from connecting to the last byte of the answer
     * @return completes with the body of an answer with a status of 200 to 299, or with a {@link FailedCallException}
     */
    CompletableFuture<byte[]> post(String hook, URI to, byte[] json, Map<String, String> headers, Duration left) {
        if (left.isNegative() || left.isZero()) {
            return CompletableFuture.failedFuture(
                    failure(hook, CallFailure.TIMEOUT, "there was no time left to ask", null));
        }
        HttpRequest request;
        try {
            request = request(to, json, headers, left);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(
                    failure(hook, CallFailure.BROKEN, "its request cannot be made: " + e.getMessage(), e));
        }
        AtomicInteger status = new AtomicInteger();
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request, head -> {
            status.set(head.statusCode());
            return new BoundedBody(MAX_ANSWER);
        });
        // The request's own time-out ends with the headers; this one covers the body too.
        return exchange.copy()
                .orTimeout(left.toMillis() + 1, TimeUnit.MILLISECONDS)
                .handle((response, failure) -> {
                    exchange.cancel(true);
                    return body(hook, status.get(), response, failure, left);
                });
    }

    private HttpRequest request(URI to, byte[] json, Map<String, String> headers, Duration left) {
        HttpRequest.Builder request = HttpRequest.newBuilder(to).timeout(left).POST(BodyPublishers.ofByteArray(json));
        headers.forEach((name, value) -> passOn(request, name, value));
        HookSignature signature = HookSignature.of(json, secrets, clock);
        return request.setHeader("Content-Type", "application/json")
                .setHeader(HookSignature.TIMESTAMP_HEADER, signature.timestamp())
                .setHeader(HookSignature.SIGNATURE_HEADER, signature.signatures())
                .build();
    }

    private static void passOn(HttpRequest.Builder request, String name, String value) {
        if (OWN_HEADERS.contains(name) || name.startsWith(OWN_PREFIX) || !printable(value)) {
            return;
        }
        request.setHeader(name, value);
    }

    /** Whether a header's value has nothing but what RFC 9110 §5.5 lets everybody send. */
    private static boolean printable(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    /** Returns the body of a good answer; else throws. */
    private byte[] body(
            String hook,
            int status,
            @Nullable HttpResponse<byte[]> response,
            @Nullable Throwable failure,
            Duration left) {
        // Whatever became of its body: a status is what an operator can look for at the back end.
        if (status / 100 == REDIRECTION) {
            throw failure(
                    hook,
                    CallFailure.REDIRECT,
                    "it answered " + status + ", which points elsewhere: set the address that it points to",
                    null);
        }
        if (status != 0 && status / 100 != OK) {
            throw failure(hook, CallFailure.STATUS, "it answered " + status, null);
        }
        if (response != null) {
            counters.answers.increment();
            return response.body();
        }
        throw failed(hook, failure, left);
    }

    private FailedCallException failed(String hook, @Nullable Throwable failure, Duration left) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
                return failure(
                        hook, CallFailure.TIMEOUT, "no complete answer within " + left.toMillis() + " ms", failure);
            }
            if (cause instanceof BodyTooLongException) {
                return failure(
                        hook, CallFailure.TOO_LONG, "its answer is longer than " + MAX_ANSWER + " bytes", failure);
            }
            if (cause instanceof SSLException) {
                return failure(hook, CallFailure.CERTIFICATE, certificate(cause), failure);
            }
            if (cause instanceof ConnectException || cause instanceof UnresolvedAddressException) {
                return failure(
                        hook,
                        CallFailure.UNREACHABLE,
                        "nobody listens at its address, or its name is unknown",
                        failure);
            }
        }
        return failure(
                hook,
                CallFailure.BROKEN,
                "its connection broke ("
                        + (failure == null ? "" : root(failure).getClass().getSimpleName()) + ")",
                failure);
    }

    private static String certificate(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "its certificate has expired";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "its certificate is not valid yet";
            }
        }
        return "its certificate is not trusted or TLS failed (" + root(failure).getMessage() + ")";
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Counts a failure, and returns it as the exception to throw. */
    FailedCallException failure(String hook, CallFailure reason, String why, @Nullable Throwable cause) {
        counters.add(reason);
        return new FailedCallException(reason, "cordon." + hook + ": " + why, cause);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
