package dev.cordon.api;

import dev.cordon.auth.DevTokens;
import dev.cordon.protocol.KnownFields;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonWriter;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A servlet that issues tokens in development mode, to callers on the same machine (docs/protocol.md, Development
 * tokens). In production mode, and to all other callers, the servlet answers 404.
 */
@WebServlet("/dev/token")
public class DevTokenServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final KnownFields PARAMETERS = KnownFields.of("/dev/token", "user", "groups", "session", "ttl");
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(365);

    private final transient Optional<DevTokens> tokens;
    private final transient DevAccess access = new DevAccess("development tokens", DevTokenServlet.class);

    @Inject
    public DevTokenServlet(Optional<DevTokens> tokens) {
        this.tokens = tokens;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (tokens.isEmpty()) {
            DevAccess.hide(response);
            return;
        }
        if (!access.admits(request, response)) {
            return;
        }
        try {
            PARAMETERS.checkNames(request.getParameterMap().keySet());
            String token = tokens.get()
                    .issue(
                            new UserId(parameter(request, "user").orElse("")),
                            groups(request),
                            parameter(request, "session").map(SessionId::new),
                            parameter(request, "ttl").map(DevTokenServlet::life).orElse(LIFE));
            DevAccess.answer(response, 200, JsonWriter.toJson(Map.of("token", token)));
        } catch (InvalidJsonException | IllegalArgumentException e) {
            DevAccess.answer(response, 400, DevAccess.error(107, String.valueOf(e.getMessage())));
        }
    }

    /** @throws IllegalArgumentException if the value is invalid; the message says which values are valid */
    private static Duration life(String seconds) {
        try {
            long given = Long.parseLong(seconds);
            if (Math.abs(given) <= LONGEST.toSeconds() && given != Long.MIN_VALUE) {
                return Duration.ofSeconds(given);
            }
        } catch (NumberFormatException e) {
            // Falls through to the exception below.
        }
        throw new IllegalArgumentException("ttl must be a whole number of seconds, at most " + LONGEST.toSeconds());
    }

    private static Optional<String> parameter(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name));
    }

    private static Set<String> groups(HttpServletRequest request) {
        return Arrays.stream(parameter(request, "groups").orElse("").split(","))
                .filter(group -> !group.isBlank())
                .collect(Collectors.toUnmodifiableSet());
    }
}
