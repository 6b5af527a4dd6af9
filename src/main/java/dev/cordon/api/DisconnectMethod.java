package dev.cordon.api;

import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Quoted;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonFields;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/** The method {@code disconnect}: closes all connections of a user, or those of one session or client. Thread-safe. */
final class DisconnectMethod implements ApiMethod {
    private final RateLimitedLog told = new RateLimitedLog(System.getLogger(DisconnectMethod.class.getName()));

    private final WebSocketManagerFactory factory;

    DisconnectMethod(WebSocketManagerFactory factory) {
        this.factory = factory;
    }

    @Override
    public Result call(Parameters parameters, PublishBatch batch) {
        UserId user = Parameters.required(parameters.named("user", UserId::new), "user");
        Optional<ConnectionId> client = parameters.named("client", ConnectionId::new);
        Optional<SessionId> session = parameters.named("session", SessionId::new);
        Disconnect disconnect = disconnect(parameters.fields());
        DisconnectOrder order = new DisconnectOrder(user, session, client, disconnect);
        int count = factory.disconnectHere(order, Duration.ZERO);
        told.log(
                Level.INFO,
                "disconnect",
                "The server API ended " + count + " connections of user " + Quoted.of(user.value()) + " with "
                        + disconnect.code());
        factory.passOn(order);
        return writer -> writer.raw("{\"disconnected\":").number(count).raw("}");
    }

    /**
     * Reads code and reason: from beside the user, or from an object {@code disconnect} as Centrifugo's libraries send
     * it.
     */
    private static Disconnect disconnect(JsonFields fields) {
        Optional<JsonFields> inside = fields.object("disconnect");
        inside.ifPresent(ApiFields.DISCONNECT::check);
        JsonFields from = inside.orElse(fields);
        long code = from.integer("code").orElse((long) Disconnect.FORCE_NO_RECONNECT.code());
        String reason = from.string("reason").orElse(Disconnect.FORCE_NO_RECONNECT.reason());
        return Parameters.parsed(reason, r -> new Disconnect((int) Math.max(0, Math.min(code, 9_999)), printable(r)));
    }

    private static String printable(String reason) {
        if (reason.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("reason must not contain control characters");
        }
        return reason;
    }
}
