package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.api.ApiSettings;
import dev.cordon.api.ErrorMode;
import dev.cordon.gateway.SocketSettings;
import dev.cordon.heap.HeapShare;
import dev.cordon.kpi.AlertSettings;
import dev.cordon.legacy.MigrationSettings;
import dev.cordon.log.GroupLimits;
import dev.cordon.log.Retention;
import dev.cordon.manager.LimitPolicy;
import dev.cordon.manager.Limits;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {
    private static final int KIB = 1024;

    @Test
    void readsTheDefaultOfEachSetting() {
        Settings settings = Settings.read(FakeSettings.none().source());

        assertThat(settings)
                .isEqualTo(new Settings(
                        new Limits(
                                5,
                                8,
                                HeapShare.CONNECTIONS.count(HeapShare.CONNECTION_BYTES, 20_000),
                                32,
                                LimitPolicy.REJECT,
                                Duration.ofMinutes(30),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(25),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(10),
                                1024,
                                KIB * KIB,
                                HeapShare.QUEUES.bytes()),
                        new Retention(
                                256, KIB * KIB, Duration.ofMinutes(10), HeapShare.HISTORY.bytes(), Duration.ofDays(1)),
                        new GroupLimits(1_000, 10_000),
                        new SocketSettings(Set.of(), 100, 120, 64 * KIB),
                        new ApiSettings(64 * KIB, ErrorMode.TRANSPORT),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(5),
                        AlertSettings.DEFAULTS,
                        MigrationSettings.DEFAULTS));
    }

    static Stream<Arguments> eachSetting() {
        return Stream.of(
                setting("max-managers-per-user", "7", s -> s.limits().maxManagersPerUser(), 7),
                setting("max-connections-per-manager", "7", s -> s.limits().maxConnectionsPerManager(), 7),
                setting("max-connections", "7", s -> s.limits().maxConnections(), 7),
                setting("max-subscriptions", "7", s -> s.limits().maxSubscriptions(), 7),
                setting("limit-policy", "evict-oldest", s -> s.limits().limitPolicy(), LimitPolicy.EVICT_OLDEST),
                setting("connection-timeout", "PT7M", s -> s.limits().connectionTimeout(), Duration.ofMinutes(7)),
                setting("connect-deadline", "PT7S", s -> s.limits().connectDeadline(), Duration.ofSeconds(7)),
                setting("ping-interval", "PT7S", s -> s.limits().pingInterval(), Duration.ofSeconds(7)),
                setting("pong-timeout", "PT7S", s -> s.limits().pongTimeout(), Duration.ofSeconds(7)),
                setting("probe-timeout", "PT7S", s -> s.limits().probeTimeout(), Duration.ofSeconds(7)),
                setting("write-timeout", "PT7S", s -> s.limits().writeTimeout(), Duration.ofSeconds(7)),
                setting("queue.max-messages", "7", s -> s.limits().queueMaxMessages(), 7),
                setting("queue.max-bytes", "7 KiB", s -> s.limits().queueMaxBytes(), 7L * KIB),
                setting("queue.total-max-bytes", "7 MiB", s -> s.limits().queueTotalMaxBytes(), 7L * KIB * KIB),
                setting("history.size", "0", s -> s.retention().maxPublications(), 0),
                setting("history.max-bytes", "7 KiB", s -> s.retention().maxBytes(), 7L * KIB),
                setting("history.ttl", "PT7M", s -> s.retention().timeToLive(), Duration.ofMinutes(7)),
                setting("groups.max-groups", "7", s -> s.groups().maxGroups(), 7),
                setting("groups.max-members", "100000", s -> s.groups().maxMembers(), 100_000),
                setting("ack.ttl", "PT7H", s -> s.retention().positionTimeToLive(), Duration.ofHours(7)),
                setting("history.total-max-bytes", "7 MiB", s -> s.retention().totalMaxBytes(), 7L * KIB * KIB),
                setting(
                        "allowed-origins",
                        "https://a.example, http://b.example:81",
                        s -> s.socket().allowedOrigins(),
                        Set.of("https://a.example:443", "http://b.example:81")),
                setting("connect-rate-per-address", "0", s -> s.socket().connectRatePerAddress(), 0),
                setting("connect-rate-per-user", "0", s -> s.socket().connectRatePerUser(), 0),
                setting("message.max-bytes", "7 KiB", s -> s.socket().maxMessageBytes(), 7 * KIB),
                setting("message.max-bytes", "7 KiB", s -> s.api().maxMessageBytes(), 7 * KIB),
                setting("api.error-mode", "reply", s -> s.api().errors(), ErrorMode.REPLY),
                setting("cleanup-interval", "PT7M", Settings::cleanupInterval, Duration.ofMinutes(7)),
                setting("drain-period", "PT7S", Settings::drainPeriod, Duration.ofSeconds(7)),
                setting("migration.share", "7", s -> s.migration().share(), 7),
                setting("migration.shadow", "true", s -> s.migration().shadow(), true),
                setting("alert.limit-hits", "7", s -> s.alerts().limits(), Map.of("limit_hits", 7.0)),
                setting("alert.delivery", "0.002", s -> s.alerts().limits(), Map.of("delivery", 0.002)),
                setting(
                        "alert.memory-growth",
                        "off",
                        s -> s.alerts().limits(),
                        Map.of("memory_growth", Double.POSITIVE_INFINITY)),
                setting(
                        "alert.webhook",
                        "https://a.example/hook",
                        s -> s.alerts().webhook(),
                        Optional.of(URI.create("https://a.example/hook"))));
    }

    private static Arguments setting(String name, String value, Function<Settings, Object> read, Object expected) {
        return Arguments.of(name, value, read, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("eachSetting")
    void readsEachSettingByItsFullNameOnly(
            String name, String value, Function<Settings, Object> read, Object expected) {
        Settings settings =
                Settings.read(FakeSettings.none().set("cordon." + name, value).source());
        Settings without = Settings.read(FakeSettings.none().set(name, value).source());

        assertThat(read.apply(settings)).isEqualTo(expected);
        assertThat(read.apply(without)).isNotEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "max-managers-per-user, 0",
        "max-connections-per-manager, 0",
        "max-connections, -1",
        "max-subscriptions, 0",
        "limit-policy, newest",
        "connection-timeout, PT0S",
        "connect-deadline, PT-1S",
        "ping-interval, PT0.5S",
        "pong-timeout, 8",
        "probe-timeout, PT0S",
        "write-timeout, PT9999999999999H",
        "queue.max-messages, 0",
        "queue.max-bytes, -1",
        "queue.total-max-bytes, 0",
        "history.size, -1",
        "history.max-bytes, 0",
        "history.ttl, P9999D",
        "history.total-max-bytes, 0",
        "ack.ttl, PT0S",
        "allowed-origins, app.example",
        "connect-rate-per-address, -1",
        "connect-rate-per-user, -1",
        "message.max-bytes, 0",
        "message.max-bytes, 1 MiB",
        "message.max-bytes, 3 GiB",
        "cleanup-interval, often",
        "drain-period, PT0S",
        "migration.share, 101",
        "migration.share, -1",
        "migration.shadow, yes",
        "alert.delivery, fast",
        "alert.limit-hits, -1"
    })
    void rejectsAnInvalidValueNamingTheSettingTheValueAndWhatIsExpected(String name, String value) {
        assertThatThrownBy(() -> Settings.read(
                        FakeSettings.none().set("cordon." + name, value).source()))
                .isInstanceOf(SettingException.class)
                .message()
                .startsWith("cordon." + name)
                .contains(value)
                .containsPattern("must be|not an origin")
                .doesNotContain("\n");
    }
}
