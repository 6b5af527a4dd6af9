package dev.cordon.config;

import dev.cordon.kpi.Threshold;
import dev.cordon.protocol.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of all settings, and warnings about names that look like one but are none. */
final class SettingNames {
    /**
     * Names without {@code cordon.}, as in the tables of docs/settings.md. {@link #all} adds the thresholds of alerts.
     */
    private static final Set<String> NAMES = Set.of(
            "mode",
            "token.hmac-secret",
            "token.public-key",
            "token.jwks-url",
            "token.issuer",
            "token.audience",
            "api.keys",
            "api.error-mode",
            "allowed-origins",
            "max-managers-per-user",
            "max-connections-per-manager",
            "max-connections",
            "max-subscriptions",
            "limit-policy",
            "connect-deadline",
            "connect-rate-per-address",
            "connect-rate-per-user",
            "connection-timeout",
            "ping-interval",
            "pong-timeout",
            "probe-timeout",
            "write-timeout",
            "queue.max-messages",
            "queue.max-bytes",
            "queue.total-max-bytes",
            "message.max-bytes",
            "history.size",
            "history.max-bytes",
            "history.ttl",
            "history.total-max-bytes",
            "ack.ttl",
            "groups.max-groups",
            "groups.max-members",
            "cleanup-interval",
            "drain-period",
            "alert.webhook",
            "migration.share",
            "migration.shadow",
            "canary",
            "canary.interval",
            "canary.url",
            "log",
            "cluster",
            "grid.key",
            "grid.second-key",
            "jdbc.url",
            "jdbc.user",
            "jdbc.password",
            "jdbc.data-source",
            "outbox.url",
            "outbox.user",
            "outbox.password",
            "outbox.data-source",
            "metrics.token",
            "hook.deadline",
            "hook.max-in-flight",
            "hook.max-in-flight-per-user",
            "hook.max-queued-events",
            "hook.headers",
            "hook.secret",
            "hook.second-secret",
            "hook.rpc.methods",
            "hook.connect.url",
            "hook.refresh.url",
            "hook.subscribe.url",
            "hook.rpc.url",
            "hook.connected.url",
            "hook.disconnected.url",
            "hook.subscribed.url",
            "hook.unsubscribed.url",
            "hook.acknowledged-all.url",
            "payara",
            "transport",
            "without",
            "compression");

    /** Environment variables that are no settings: the samples of payara-config read them. */
    private static final Set<String> OTHERS = Set.of("CORDON_H2_URL");

    private SettingNames() {}

    /** Returns all names, each as {@code cordon.…}. */
    static Set<String> all() {
        return Stream.concat(NAMES.stream(), Threshold.ALL.stream().map(Threshold::setting))
                .map(name -> "cordon." + name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Returns a line for each name that begins like a setting's but is none.
     *
     * @param properties names of properties, of whatever source
     * @param environment names of the environment's variables
     */
    static List<String> warnings(Collection<String> properties, Collection<String> environment) {
        Set<String> known = all();
        Set<String> variables = known.stream().map(SettingNames::variable).collect(Collectors.toSet());
        List<String> warnings = new ArrayList<>();
        for (String name : new TreeSet<>(properties)) {
            if (name.startsWith("cordon.") && !known.contains(name)) {
                warnings.add(warning(name, known, ""));
            }
        }
        for (String name : new TreeSet<>(environment)) {
            if (name.startsWith("CORDON_") && !variables.contains(name) && !OTHERS.contains(name)) {
                warnings.add(warning(name, known, "CORDON_"));
            }
        }
        return warnings;
    }

    /** @param prefix of a suggestion for the environment; empty for a property */
    private static String warning(String name, Set<String> known, String prefix) {
        return name + " is no setting and has no effect"
                + NearestName.of(name, known)
                        .map(near -> ": did you mean " + (prefix.isEmpty() ? near : variable(near)) + "?")
                        .orElse(": docs/settings.md lists all settings");
    }

    /** Returns the environment variable in which MicroProfile Config looks for a setting. */
    private static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
