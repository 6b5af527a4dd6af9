package dev.cordon.hook.http;

import dev.cordon.hook.CallDeadline;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookClient;
import dev.cordon.hook.SessionEvent;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Questions and events of made-up clients. */
public final class Hooks {
    static final String SECRET = "0123456789abcdef0123456789abcdef";
    static final HookSecrets SECRETS = HookSecrets.of(SECRET, Optional.empty());
    static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");

    private Hooks() {}

    static HookClient client(String user) {
        return new HookClient(
                new UserId(user),
                new SessionId("laptop"),
                new ConnectionId("c-" + user),
                "js",
                "5.0.1",
                "websocket",
                "json",
                Map.of("cookie", "a=b"));
    }

    static HookCall.Rpc rpc(String user) {
        return new HookCall.Rpc(client(user), "orders.list", Payload.json("{\"n\":1}"));
    }

    static HookCall.Connect connect(String user) {
        return new HookCall.Connect(client(user), Optional.of(Payload.json("{\"page\":2}")), AT.plusSeconds(60));
    }

    /** An event of a client whose connection has the name {@code c-<user>}. */
    static SessionEvent event(SessionEvent.Kind kind, String user) {
        Optional<Channel> channel = switch (kind) {
            case CONNECTED, DISCONNECTED -> Optional.empty();
            default -> Optional.of(Channel.parse("orders#" + user));
        };
        Optional<Disconnect> why =
                kind == SessionEvent.Kind.DISCONNECTED ? Optional.of(Disconnect.NO_PONG) : Optional.empty();
        return new SessionEvent(kind.name() + "-of-" + user, AT, kind, client(user), channel, why);
    }

    /** The same as it is stored. */
    public static StoredEvent stored(SessionEvent.Kind kind, String user) {
        return StoredEvent.of(event(kind, user));
    }

    static HttpHookSettings settings(Map<HookCall.Kind, URI> questions, Map<SessionEvent.Kind, URI> events) {
        return new HttpHookSettings(questions, events, List.of("*"), SECRETS);
    }

    /** A deadline that leaves so long. */
    static CallDeadline within(Duration left) {
        return new CallDeadline() {
            @Override
            public Duration left() {
                return left;
            }

            @Override
            public void onOver(Runnable task) {
                // Nothing waits for it here.
            }
        };
    }
}
