package dev.cordon.api;

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

    @Inject
    public ServerApiServlet(ServerApi api) {
        this.api = api;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            write(response, api.containerRefused(Refused.WRONG_VERB.status()));
            return;
        }
        write(
                response,
                api.answer(new ApiRequest(
                        method(request),
                        header(request, "X-API-Key"),
                        header(request, "Authorization"),
                        header(request, "Content-Type"),
                        request.getContentLengthLong(),
                        request.getInputStream())));
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
        response.setContentType("application/json");
        response.setContentLength(answer.json().length);
        if (answer.status() == Refused.UNAUTHORIZED.status()) {
            response.setHeader("WWW-Authenticate", "Bearer");
        } else if (answer.status() == Refused.TEMPORARY.status()) {
            response.setHeader("Retry-After", "1");
        }
        response.getOutputStream().write(answer.json());
    }
}
