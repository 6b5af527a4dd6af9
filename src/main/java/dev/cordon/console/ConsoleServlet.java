package dev.cordon.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code /console/api/*}: brings requests to the {@link ConsoleApi} and its answers back (a servlet: ADR 0004). */
@WebServlet("/console/api/*")
public class ConsoleServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ConsoleApi api;

    @Inject
    public ConsoleServlet(ConsoleApi api) {
        this.api = api;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // No further than announced: with an Upgrade header beside, the container ends the body nowhere.
        long announced = Math.max(0, request.getContentLengthLong());
        byte[] body = request.getInputStream().readNBytes((int) Math.min(announced, ConsoleApi.MAX_BODY_BYTES + 1L));
        Optional<ConsoleAnswer> refused = ConsoleApi.tooLarge(body);
        write(
                response,
                refused.isPresent()
                        ? refused.get()
                        : api.answer(new ConsoleRequest(
                                request.getMethod(),
                                path(request),
                                Optional.ofNullable(request.getHeader("Authorization")),
                                Optional.ofNullable(request.getParameter("user")),
                                new String(body, StandardCharsets.UTF_8))));
    }

    private static String path(HttpServletRequest request) {
        String path = request.getPathInfo();
        return path == null || path.isEmpty() ? "" : path.substring(1);
    }

    private static void write(HttpServletResponse response, ConsoleAnswer answer) throws IOException {
        response.setStatus(answer.status());
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        if (answer.status() == 401) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        byte[] json = answer.json().getBytes(StandardCharsets.UTF_8);
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }
}
