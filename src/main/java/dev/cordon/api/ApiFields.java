package dev.cordon.api;

import static java.util.Map.entry;

import dev.cordon.protocol.KnownFields;
import java.util.Map;

/**
 * The table of fields that each method of the server API may have. Centrifugo's server libraries send the unsupported
 * fields.
 */
final class ApiFields {
    /** Unsupported fields of a publish: they would change the message. */
    private static final String[] OTHER_PUBLICATIONS = {"delta", "version", "version_epoch"};

    /** Unsupported fields of a subscribe: they would end it, describe it or filter its messages. */
    private static final String[] OTHER_SUBSCRIPTIONS = {
        "expire_at", "info", "b64info", "b64data", "override", "tags_filter", "tagsFilter", "label_filter", "all_users"
    };

    static final KnownFields SINCE = KnownFields.of("since", "offset", "epoch");

    static final KnownFields DISCONNECT = KnownFields.of("disconnect", "code", "reason");

    static final KnownFields NONE = KnownFields.of("this method");

    static final Map<String, KnownFields> BY_METHOD = Map.ofEntries(
            entry(
                    "publish",
                    KnownFields.of(
                                    "publish",
                                    "channel",
                                    "data",
                                    "b64data",
                                    "tags",
                                    "idempotency_key",
                                    "validate",
                                    "skip_history")
                            .without(OTHER_PUBLICATIONS)),
            entry(
                    "broadcast",
                    KnownFields.of(
                                    "broadcast",
                                    "channels",
                                    "group",
                                    "topic",
                                    "data",
                                    "b64data",
                                    "tags",
                                    "idempotency_key",
                                    "validate",
                                    "skip_history")
                            .without(OTHER_PUBLICATIONS)),
            entry("presence", KnownFields.of("presence", "channel")),
            entry("presence_stats", KnownFields.of("presence_stats", "channel")),
            entry(
                    "history",
                    KnownFields.of("history", "channel", "limit", "since").without("reverse")),
            entry("history_remove", KnownFields.of("history_remove", "channel")),
            entry("ledger", KnownFields.of("ledger", "user")),
            entry("connections", KnownFields.of("connections", "user").without("expression", "label_filter")),
            entry("channels", KnownFields.of("channels", "user").without("pattern")),
            entry(
                    "subscribe",
                    KnownFields.of("subscribe", "user", "channel", "session", "client", "data", "recover_since")
                            .without(OTHER_SUBSCRIPTIONS)),
            entry(
                    "unsubscribe",
                    KnownFields.of("unsubscribe", "user", "channel", "session", "client")
                            .without("label_filter", "all_users")),
            entry(
                    "refresh",
                    KnownFields.of("refresh", "user", "session", "client", "expired", "expire_at")
                            .without("info", "label_filter", "all_users")),
            entry(
                    "disconnect",
                    KnownFields.of("disconnect", "user", "session", "client", "code", "reason", "disconnect")
                            .without("whitelist", "label_filter", "all_users")),
            entry("info", KnownFields.of("info")),
            entry("group_add", KnownFields.of("group_add", "group", "users")),
            entry("group_remove", KnownFields.of("group_remove", "group", "users", "all")),
            entry("group_list", KnownFields.of("group_list", "group", "after", "limit")),
            entry("batch", KnownFields.of("batch", "commands", "parallel").without("group_publications")));

    private ApiFields() {}

    static KnownFields of(String method) {
        return BY_METHOD.getOrDefault(method, NONE);
    }
}
