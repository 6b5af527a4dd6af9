package dev.cordon.api;

import dev.cordon.http.Exchange;
import dev.cordon.http.Exchanges;
import dev.cordon.http.Shortening;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Optional;

/**
 * The servlet for {@code POST /api/<method>}. The servlet passes requests to the {@link ServerApi} and writes the
 * answers. No thread waits for a client (ADR 0013). Jakarta REST would cost two to three times as much for each request
 * (ADR 0004).
 */
@WebServlet(urlPatterns = "/api/*", asyncSupported = true)
public class ServerApiServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ServerApi api;
    private final transient Shortening shortening;
    private final transient PlainApi plain;
    private final transient Exchanges exchanges;

    @Inject
    public ServerApiServlet(ServerApi api, ApiCounters counters, Shortening shortening, Exchanges exchanges) {
        this.api = api;
        this.shortening = shortening;
        this.plain = new PlainApi(api, counters);
        this.exchanges = exchanges;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Exchange exchange = exchanges.open(request, response);
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            answer(exchange, api.containerRejected(Rejected.WRONG_VERB.status()));
            return;
        }
        ApiRequest head = new ApiRequest(
                method(request),
                header(request, "X-API-Key"),
                header(request, "Authorization"),
                header(request, "Content-Type"),
                request.getContentLengthLong(),
                header(request, ErrorMode.HEADER),
                InputStream.nullInputStream());
        if (api.waitsForKeys(head.apiKey(), head.authorization())) {
            exchange.patiently(() -> serve(exchange, request, head));
        } else {
            serve(exchange, request, head);
        }
    }

    private void serve(Exchange exchange, HttpServletRequest request, ApiRequest head) throws IOException {
        Optional<Answer> rejected = api.rejected(head);
        if (rejected.isPresent()) {
            answer(exchange, rejected.get());
            return;
        }
        if (coded(request)) {
            answer(exchange, api.codedBody());
            return;
        }
        exchange.read(api.maxBodyBytes(), body -> {
            if (api.waits()) {
                exchange.suspend();
            }
            api.answerLater(head.with(body), answer -> {
                if (answer.status() == 200) {
                    learn(request, head.method());
                }
                answer(exchange, answer);
            });
        });
    }

    /** Returns true if the body has a content coding (RFC 9110 §8.4). The API supports none. */
    private static boolean coded(HttpServletRequest request) {
        return Collections.list(request.getHeaders("Content-Encoding")).stream()
                .anyMatch(coding -> !coding.strip().equalsIgnoreCase("identity"));
    }

    /**
     * Learns the route of a request for the direct way. Call for authenticated requests only: host and path come from
     * the network.
     */
    private void learn(HttpServletRequest request, String method) {
        String uri = request.getRequestURI();
        if (uri.endsWith("/" + method)) {
            shortening.offer(request, uri.substring(0, uri.length() - method.length()), plain);
        }
    }

    private static String method(HttpServletRequest request) {
        String path = request.getPathInfo();
        return path == null || path.isEmpty() ? "" : path.substring(1);
    }

    private static Optional<String> header(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    private static void answer(Exchange exchange, Answer answer) {
        exchange.answer(answer.status(), answer.headers(), answer.json());
    }
}
