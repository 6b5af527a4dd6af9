package dev.cordon.protocol;

import dev.cordon.protocol.json.JsonFields;
import java.util.Map;

/**
 * The table of fields that each command may have, by method (docs/protocol.md, Commands). The SDKs send the ignored
 * fields by themselves, or the fields ask for less than every client gets.
 */
final class CommandFields {
    /**
     * Fields of a subscription without effect: every channel is positioned and recoverable, and has no join messages.
     */
    private static final String[] OF_NO_CONSEQUENCE = {
        "token", "data", "positioned", "recoverable", "join_leave", "delta"
    };

    /** Fields that ask for another kind of subscription, or for a filter. */
    private static final String[] OTHER_SUBSCRIPTIONS = {"tf", "type", "phase", "cursor", "limit"};

    /** Fields of a connect. An unknown field only causes a warning, here and in {@link #SUBSCRIPTION}. */
    static final KnownFields CONNECT =
            KnownFields.of("connect", "token", "data", "subs", "name").ignoring("version", "headers", "flag");

    static final KnownFields SUBSCRIPTION = KnownFields.of("subs", "recover", "offset", "epoch")
            .ignoring("token", "data", "positioned", "recoverable", "join_leave", "delta", "flag")
            .without(OTHER_SUBSCRIPTIONS);

    static final KnownFields ACKNOWLEDGE = KnownFields.of("rpc ack", "channel", "upto", "epoch");

    static final KnownFields SINCE = KnownFields.of("since", "offset", "epoch");

    static final Map<String, KnownFields> BY_METHOD = Map.ofEntries(
            Map.entry(
                    "subscribe",
                    KnownFields.of("subscribe", "channel", "recover", "offset", "epoch", "flag")
                            .ignoring(OF_NO_CONSEQUENCE)
                            .without(OTHER_SUBSCRIPTIONS)),
            Map.entry("unsubscribe", KnownFields.of("unsubscribe", "channel")),
            Map.entry("publish", KnownFields.of("publish", "channel", "data")),
            Map.entry("presence", KnownFields.of("presence", "channel")),
            Map.entry(
                    "history",
                    KnownFields.of("history", "channel", "limit", "since").without("reverse")),
            Map.entry("ping", KnownFields.of("ping")),
            Map.entry("send", KnownFields.of("send", "data")),
            Map.entry("rpc", KnownFields.of("rpc", "method", "data")),
            Map.entry("refresh", KnownFields.of("refresh", "token")));

    private CommandFields() {}

    /** Rejects fields beside the method and the id. */
    static void only(JsonFields command, String method) {
        if (command.count() > (command.given("id") ? 2 : 1)) {
            KnownFields.of("the command", "id", method).check(command);
        }
    }
}
