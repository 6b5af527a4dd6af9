package dev.cordon.gateway;

import dev.cordon.manager.Connection;
import java.util.List;

/** One browser's end of a connection. */
public record TestClient(FakeTransport wire, Connection connection, CommandHandler handler) {
    public void sends(String... commands) {
        handler.frame(String.join("\n", commands));
    }

    /** Connect command with id 1. */
    public void connect(String token) {
        sends("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
    }

    /** Connect command with id 1 that resumes the personal channel. */
    public void resume(String token, String channel, String epoch, long offset) {
        sends(
                "{\"id\":1,\"connect\":{\"token\":\"%s\",\"subs\":{\"%s\":{\"recover\":true,\"epoch\":\"%s\",\"offset\":%d}}}}"
                        .formatted(token, channel, epoch, offset));
    }

    /** What came since the last look. */
    public List<String> received() {
        List<String> messages = List.copyOf(wire.messages());
        wire.messages().clear();
        return messages;
    }

    /** What comes in answer to one frame. */
    public List<String> asks(String... commands) {
        received();
        sends(commands);
        return received();
    }

    /** Its close codes: one at most. */
    public List<Integer> closedWith() {
        return wire.closes().stream().map(disconnect -> disconnect.code()).toList();
    }
}
