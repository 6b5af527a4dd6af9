package dev.cordon.auth;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who may see the container's {@code /metrics} and {@code /openapi}: whoever has the token; where none is set, whoever asks from this machine
 * and not through a proxy (ADR 0019). Thread-safe.
 */
public final class FiguresAccess {
    /** Shortest token, in characters. */
    public static final int MIN_LENGTH = 16;

    private static final String SCHEME = "Bearer ";
    private static final String WITHOUT_TOKEN = "send Authorization: Bearer <cordon.metrics.token>";
    private static final String FROM_ELSEWHERE =
            "only for this machine until cordon.metrics.token is set and sent as Authorization: Bearer";

    private final Optional<String> token;

    /**
     * @param token {@code cordon.metrics.token}
     * @throws IllegalArgumentException in one line, without the token, if it is too short
     */
    public FiguresAccess(Optional<String> token) {
        if (token.filter(given -> given.length() < MIN_LENGTH).isPresent()) {
            throw new IllegalArgumentException("cordon.metrics.token is shorter than " + MIN_LENGTH + " characters");
        }
        this.token = token;
    }

    /**
     * Why a request is rejected, in words for its sender; empty if it may read the figures.
     *
     * @param peer the address that it comes from
     * @param header values by name; null where the request has none
     */
    public Optional<String> reject(Object peer, Function<String, @Nullable String> header) {
        if (token.isPresent()) {
            return matches(header.apply("Authorization")) ? Optional.empty() : Optional.of(WITHOUT_TOKEN);
        }
        return near(peer) && header.apply("X-Forwarded-For") == null && header.apply("Forwarded") == null
                ? Optional.empty()
                : Optional.of(FROM_ELSEWHERE);
    }

    /** Takes the same time however much of it is right. */
    private boolean matches(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] given = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, token.orElse("").getBytes(StandardCharsets.UTF_8));
    }

    private static boolean near(Object address) {
        return address instanceof InetSocketAddress peer && peer.getAddress().isLoopbackAddress();
    }
}
