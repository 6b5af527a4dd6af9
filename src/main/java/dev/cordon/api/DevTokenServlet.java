package dev.cordon.api;

import dev.cordon.auth.DevTokens;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes tokens for whoever tries Cordon out on the machine it runs on (PROTOCOL: {@code GET /dev/token}). In production mode, and to
 * anybody else, it does not exist.
 */
@WebServlet("/dev/token")
public class DevTokenServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Duration LIFE = Duration.ofHours(1);

    private final transient Optional<DevTokens> tokens;

    @Inject
    public DevTokenServlet(Optional<DevTokens> tokens) {
        this.tokens = tokens;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (tokens.isEmpty() || !InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()) {
            answer(response, 404, "{\"error\":{\"code\":404,\"message\":\"not found\"}}");
            return;
        }
        try {
            String token = tokens.get()
                    .issue(
                            new UserId(parameter(request, "user").orElse("")),
                            groups(request),
                            parameter(request, "session").map(SessionId::new),
                            parameter(request, "ttl")
                                    .map(Long::valueOf)
                                    .map(Duration::ofSeconds)
                                    .orElse(LIFE));
            answer(response, 200, "{\"token\":\"" + token + "\"}");
        } catch (IllegalArgumentException e) {
            answer(response, 400, "{\"error\":{\"code\":107,\"message\":\"user, session or ttl: not a valid value\"}}");
        }
    }

    private static Optional<String> parameter(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name));
    }

    private static Set<String> groups(HttpServletRequest request) {
        return Arrays.stream(parameter(request, "groups").orElse("").split(","))
                .filter(group -> !group.isBlank())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static void answer(HttpServletResponse response, int status, String json) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().println(json);
    }
}
