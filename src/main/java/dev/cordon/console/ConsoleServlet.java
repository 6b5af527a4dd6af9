package dev.cordon.console;

import dev.cordon.http.Exchange;
import dev.cordon.http.Exchanges;
import dev.cordon.http.Query;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The servlet of {@code /console/api/*} (ADR 0004). It passes requests to the {@link ConsoleApi} and sends the answers. No thread waits for a
 * client (ADR 0013).
 */
@WebServlet(urlPatterns = "/console/api/*", asyncSupported = true)
public class ConsoleServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ConsoleApi api;
    private final transient Exchanges exchanges;

    @Inject
    public ConsoleServlet(ConsoleApi api, Exchanges exchanges) {
        this.api = api;
        this.exchanges = exchanges;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Exchange exchange = exchanges.open(request, response);
        ConsoleRequest head = new ConsoleRequest(
                request.getMethod(),
                path(request),
                Optional.ofNullable(request.getHeader("Authorization")),
                Query.of(request).value("user"),
                "");
        // A request may wait for keys, for the log, or for a drain.
        exchange.patiently(() -> serve(exchange, head, request.getContentLengthLong()));
    }

    private void serve(Exchange exchange, ConsoleRequest head, long length) throws IOException {
        Optional<ConsoleAnswer> rejection = api.rejectHead(head, length);
        if (rejection.isPresent()) {
            answer(exchange, rejection.get());
            return;
        }
        exchange.read(
                ConsoleApi.MAX_BODY_BYTES,
                body -> exchange.patiently(() -> answer(
                        exchange,
                        ConsoleApi.tooLarge(body)
                                .orElseGet(() -> api.answer(head.with(new String(body, StandardCharsets.UTF_8)))))));
    }

    private static String path(HttpServletRequest request) {
        String path = request.getPathInfo();
        return path == null || path.isEmpty() ? "" : path.substring(1);
    }

    private static void answer(Exchange exchange, ConsoleAnswer answer) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Cache-Control", "no-store");
        if (answer.status() == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        exchange.answer(answer.status(), headers, answer.json().getBytes(StandardCharsets.UTF_8));
    }
}
