package dev.cordon.protocol;

import dev.cordon.protocol.json.JsonFields;
import java.util.Map;

/**
 * What may stand in a client's command (docs/protocol.md, Commands), by what it says to do. What is ignored is sent by the SDKs by
 * themselves, or asks for less than every client gets anyway.
 */
final class CommandFields {
    /** Every channel is its owner's, positioned and recoverable, and nobody joins it. */
    private static final String[] OF_NO_CONSEQUENCE = {
        "token", "data", "positioned", "recoverable", "join_leave", "delta"
    };

    /** Other kinds of subscription, and a filter that would leave messages out. */
    private static final String[] OTHER_SUBSCRIPTIONS = {"tf", "type", "phase", "cursor", "limit"};

    /** Of which, as of the next, what is not known is warned of only. */
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

    /** Nothing stands beside what to do and the id. */
    static void only(JsonFields command, String method) {
        if (command.count() > (command.given("id") ? 2 : 1)) {
            KnownFields.of("the command", "id", method).check(command);
        }
    }
}
