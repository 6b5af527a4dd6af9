package dev.cordon.hook.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A back end on this machine that serves hooks, well or badly. */
public final class FakeBackEnd implements AutoCloseable {
    public static final String ACCEPT = "{\"result\":{}}";

    /** A request as it came. */
    public record Request(String path, Map<String, String> headers, String body, InetSocketAddress from) {}

    /** How a request is answered. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    public final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Answer> answers = request -> json(200, ACCEPT);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Optional<SSLContext> tls;
    private @Nullable HttpServer server;
    private int port;

    public FakeBackEnd() {
        this(Optional.empty());
    }

    /** @param tls serves https with its certificate */
    FakeBackEnd(Optional<SSLContext> tls) {
        this.tls = tls;
        start();
    }

    /** Listens; again on the port that it had before. */
    public void start() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            HttpServer begun;
            if (tls.isPresent()) {
                HttpsServer secure = HttpsServer.create(address, 0);
                secure.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
                begun = secure;
            } else {
                begun = HttpServer.create(address, 0);
            }
            begun.createContext("/", this::serve);
            begun.setExecutor(threads);
            begun.start();
            port = begun.getAddress().getPort();
            server = begun;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on nobody listens. */
    public void stop() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    public URI at(String path) {
        return URI.create((tls.isPresent() ? "https://localhost:" : "http://127.0.0.1:") + port + path);
    }

    public void answers(Answer answer) {
        answers = request -> answer;
    }

    public void decides(Function<Request, Answer> answer) {
        answers = answer;
    }

    public static Answer json(int status, String body) {
        return exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
            exchange.close();
        };
    }

    /** Answers nothing until the end of the test. */
    public Answer hanging() {
        return exchange -> {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        };
    }

    public static Answer redirecting(String to) {
        return exchange -> {
            exchange.getResponseHeaders().set("Location", to);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        };
    }

    /** Answers with a JSON string of so many bytes, for as long as the other end reads. */
    public static Answer pouring(int bytes) {
        return exchange -> {
            exchange.sendResponseHeaders(200, bytes);
            byte[] part = new byte[8192];
            try (OutputStream to = exchange.getResponseBody()) {
                for (int sent = 0; sent < bytes; sent += part.length) {
                    to.write(part, 0, Math.min(part.length, bytes - sent));
                }
            }
        };
    }

    private void serve(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        Request request = new Request(
                exchange.getRequestURI().getPath(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                exchange.getRemoteAddress());
        requests.add(request);
        answers.apply(request).to(exchange);
    }

    @Override
    public void close() {
        closed.countDown();
        stop();
        threads.shutdownNow();
    }
}
