package dev.cordon.api;

import dev.cordon.http.Shortening;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code POST /api/<method>}: brings requests to the {@link ServerApi} and its answers back. A servlet, because Jakarta REST costs two to
 * three times as much a request (ADR 0004).
 */
@WebServlet("/api/*")
public class ServerApiServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ServerApi api;
    private final transient Shortening shortening;
    private final transient PlainApi plain;

    @Inject
    public ServerApiServlet(ServerApi api, ApiCounters counters, Shortening shortening) {
        this.api = api;
        this.shortening = shortening;
        this.plain = new PlainApi(api, counters);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            write(response, api.containerRefused(Refused.WRONG_VERB.status()));
            return;
        }
        String method = method(request);
        Answer answer = api.answer(new ApiRequest(
                method,
                header(request, "X-API-Key"),
                header(request, "Authorization"),
                header(request, "Content-Type"),
                request.getContentLengthLong(),
                request.getInputStream()));
        String uri = request.getRequestURI();
        if (answer.status() == 200 && uri.endsWith("/" + method)) {
            // Only for who had the right key: the names that a server is reached by come from the network.
            shortening.offer(request, uri.substring(0, uri.length() - method.length()), plain);
        }
        write(response, answer);
    }

    private static String method(HttpServletRequest request) {
        String path = request.getPathInfo();
        return path == null || path.isEmpty() ? "" : path.substring(1);
    }

    private static Optional<String> header(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    private static void write(HttpServletResponse response, Answer answer) throws IOException {
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setContentLength(answer.json().length);
        response.getOutputStream().write(answer.json());
    }
}
