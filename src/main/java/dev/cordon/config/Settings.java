package dev.cordon.config;

import dev.cordon.api.ApiSettings;
import dev.cordon.api.ErrorMode;
import dev.cordon.auth.TokenSettings;
import dev.cordon.gateway.SocketSettings;
import dev.cordon.heap.HeapShare;
import dev.cordon.kpi.AlertSettings;
import dev.cordon.kpi.Threshold;
import dev.cordon.legacy.MigrationSettings;
import dev.cordon.log.GroupLimits;
import dev.cordon.log.Retention;
import dev.cordon.manager.LimitPolicy;
import dev.cordon.manager.Limits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * All settings that may change while the application runs, read at one moment and checked as a whole.
 *
 * @param cleanupInterval {@code cordon.cleanup-interval}
 * @param drainPeriod {@code cordon.drain-period}: time over which a stopping node closes its connections
 */
public record Settings(
        Limits limits,
        Retention retention,
        GroupLimits groups,
        SocketSettings socket,
        ApiSettings api,
        Duration cleanupInterval,
        Duration drainPeriod,
        AlertSettings alerts,
        MigrationSettings migration) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** @throws SettingException naming the setting that cannot be used */
    static Settings read(SettingsSource source) {
        try {
            int maxMessageBytes = source.size("message.max-bytes", 64 * KIB);
            return new Settings(
                    limits(source),
                    retention(source),
                    new GroupLimits(
                            source.integer("groups.max-groups", GroupLimits.DEFAULTS.maxGroups()),
                            source.integer("groups.max-members", GroupLimits.DEFAULTS.maxMembers())),
                    new SocketSettings(
                            source.list("allowed-origins"),
                            source.integer("connect-rate-per-address", 100),
                            source.integer("connect-rate-per-user", 120),
                            maxMessageBytes),
                    new ApiSettings(
                            maxMessageBytes, source.choice("api.error-mode", ErrorMode.class, ErrorMode.TRANSPORT)),
                    source.duration("cleanup-interval", Duration.ofMinutes(5)),
                    source.duration("drain-period", Duration.ofSeconds(5)),
                    alerts(source),
                    new MigrationSettings(
                            source.integer("migration.share", MigrationSettings.DEFAULTS.share()),
                            source.flag("migration.shadow", MigrationSettings.DEFAULTS.shadow())));
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
    }

    private static Limits limits(SettingsSource source) {
        Limits defaults = Limits.DEFAULTS;
        return new Limits(
                source.integer("max-managers-per-user", defaults.maxManagersPerUser()),
                source.integer("max-connections-per-manager", defaults.maxConnectionsPerManager()),
                source.integer("max-connections", defaults.maxConnections()),
                source.integer("max-subscriptions", defaults.maxSubscriptions()),
                source.choice("limit-policy", LimitPolicy.class, defaults.limitPolicy()),
                source.duration("connection-timeout", defaults.connectionTimeout()),
                source.duration("connect-deadline", defaults.connectDeadline()),
                source.duration("ping-interval", defaults.pingInterval()),
                source.duration("pong-timeout", defaults.pongTimeout()),
                source.duration("probe-timeout", defaults.probeTimeout()),
                source.duration("write-timeout", defaults.writeTimeout()),
                source.integer("queue.max-messages", defaults.queueMaxMessages()),
                source.bytes("queue.max-bytes", defaults.queueMaxBytes()),
                source.bytes("queue.total-max-bytes", defaults.queueTotalMaxBytes()));
    }

    /**
     * Returns the default of {@code cordon.history.total-max-bytes}: 4 GiB on the disk of a database, or a share of the
     * heap in memory.
     */
    private static long total(SettingsSource source) {
        return source.choice("log", LogKind.class, LogKind.MEMORY) == LogKind.JDBC
                ? 4L * KIB * MIB
                : HeapShare.HISTORY.bytes();
    }

    private static Retention retention(SettingsSource source) {
        return new Retention(
                source.integer("history.size", 256),
                source.bytes("history.max-bytes", MIB),
                source.duration("history.ttl", Duration.ofMinutes(10)),
                source.bytes("history.total-max-bytes", total(source)),
                source.duration("ack.ttl", Retention.DEFAULT_POSITION_TIME_TO_LIVE));
    }

    private static AlertSettings alerts(SettingsSource source) {
        Map<String, Double> limits = new HashMap<>();
        for (Threshold threshold : Threshold.ALL) {
            source.limit(threshold.setting()).ifPresent(limit -> limits.put(threshold.kpi(), limit));
        }
        return new AlertSettings(limits, source.address("alert.webhook"));
    }

    /** Reads the keys and the claims that tokens must have. They are fixed for the life of the application. */
    static TokenSettings tokens(SettingsSource source) {
        try {
            return new TokenSettings(
                    source.text("token.hmac-secret"),
                    source.text("token.public-key"),
                    source.address("token.jwks-url"),
                    source.text("token.issuer"),
                    source.text("token.audience"),
                    TokenSettings.DEFAULT_LEEWAY);
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
    }
}
