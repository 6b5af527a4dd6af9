package dev.cordon.payara;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.protocol.RateLimitedLog;
import java.util.Optional;
import org.glassfish.grizzly.http.HttpRequestPacket;

/** The check of requests for the container's {@code /metrics} and {@code /openapi} (ADR 0019). Thread-safe. */
final class FiguresCheck implements RequestCheck {
    private final FiguresAccess access;
    private final RateLimitedLog log = new RateLimitedLog(System.getLogger(FiguresCheck.class.getName()));

    FiguresCheck(FiguresAccess access) {
        this.access = access;
    }

    @Override
    public Optional<Rejection> reject(HttpRequestPacket head) {
        if (!ContainerPages.figures(head)) {
            return Optional.empty();
        }
        Optional<String> why = access.reject(head.getConnection().getPeerAddress(), head::getHeader);
        why.ifPresent(message -> log.warn(message, "A request for metrics was rejected: " + message));
        return why.map(message -> new Rejection(401, message));
    }
}
