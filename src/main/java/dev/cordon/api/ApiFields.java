package dev.cordon.api;

import dev.cordon.protocol.KnownFields;
import java.util.Map;

/**
 * The table of fields that each method of the server API may have. Centrifugo's server libraries send the unsupported
 * fields.
 */
final class ApiFields {
    /** Unsupported fields of a publish: they would change the message, or keep it out of the log. */
    private static final String[] OTHER_PUBLICATIONS = {
        "b64data", "skip_history", "tags", "delta", "version", "version_epoch"
    };

    static final KnownFields SINCE = KnownFields.of("since", "offset", "epoch");

    static final KnownFields DISCONNECT = KnownFields.of("disconnect", "code", "reason");

    static final KnownFields NONE = KnownFields.of("this method");

    static final Map<String, KnownFields> BY_METHOD = Map.of(
            "publish",
            KnownFields.of("publish", "channel", "data", "idempotency_key", "validate")
                    .without(OTHER_PUBLICATIONS),
            "broadcast",
            KnownFields.of("broadcast", "channels", "data", "idempotency_key", "validate")
                    .without(OTHER_PUBLICATIONS),
            "presence",
            KnownFields.of("presence", "channel"),
            "history",
            KnownFields.of("history", "channel", "limit", "since").without("reverse"),
            "history_remove",
            KnownFields.of("history_remove", "channel"),
            "ledger",
            KnownFields.of("ledger", "user"),
            "disconnect",
            KnownFields.of("disconnect", "user", "session", "client", "code", "reason", "disconnect")
                    .without("whitelist", "label_filter", "all_users"),
            "info",
            KnownFields.of("info"),
            "batch",
            KnownFields.of("batch", "commands", "parallel"));

    private ApiFields() {}

    static KnownFields of(String method) {
        return BY_METHOD.getOrDefault(method, NONE);
    }
}
