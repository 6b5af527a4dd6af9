package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.endpoint.Listener;
import dev.cordon.log.HandClock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BannerTest {
    private static final Listener LOOPBACK = new Listener("http-listener", "127.0.0.1", 8330, false);
    private static final Listener PUBLIC = new Listener("http-listener", "0.0.0.0", 8330, false);

    private static Banner banner(FakeSettings settings, Listener listener, Optional<String> grid) {
        Start start = Start.decide(settings.source(), new HandClock());
        return Banner.of(start, List.of(listener), "", grid, Optional.empty());
    }

    @Test
    void showsVersionModeLimitsAndAddresses() {
        Banner banner =
                banner(FakeSettings.withSecret().set("cordon.max-managers-per-user", "7"), LOOPBACK, Optional.empty());

        assertThat(banner.block())
                .startsWith(
                        "Cordon 1.0.0, commit " + BuildCommit.id()
                                + ", mode production, log memory, cluster off, transport auto, canary on\n  limits: 7 sessions a user,")
                .contains("http://127.0.0.1:8330/  socket ws://127.0.0.1:8330/connection/websocket")
                .contains("health http://127.0.0.1:8330/health/ready")
                .doesNotContain(FakeSettings.SECRET);
        assertThat(banner.warnings()).isEmpty();
    }

    @Test
    @DisplayName("H4: with a context root, health and metrics stay at the server's root")
    void h4_showsHealthAndMetricsAtTheServersRoot() {
        Start start = Start.decide(FakeSettings.withSecret().source(), new HandClock());

        assertThat(Banner.of(start, List.of(PUBLIC), "/live", Optional.empty(), Optional.empty())
                        .block())
                .contains("  http://127.0.0.1:8330/live/  socket ws://127.0.0.1:8330/live/connection/websocket"
                        + "  health http://127.0.0.1:8330/health/ready"
                        + "  metrics http://127.0.0.1:8330/metrics?scope=application");
    }

    @ParameterizedTest
    @CsvSource({
        "false, auto, canary on",
        "true, auto, 'canary on, compression on'",
        "true, servlet, 'canary on, compression on'",
        "true, container, 'canary on, compression declined (cordon.transport=container has none)'"
    })
    void saysWhatBecomesOfCompression(String setting, String transport, String end) {
        FakeSettings settings =
                FakeSettings.withSecret().set("cordon.compression", setting).set("cordon.transport", transport);

        assertThat(banner(settings, LOOPBACK, Optional.empty()).lines().get(0)).endsWith(end);
    }

    @Test
    void namesTheApplicationsHooks() {
        Start start = Start.decide(FakeSettings.withSecret().source(), new HandClock());
        Optional<String> hooks = Optional.of("in the server: rpc orders.* (com.acme.Orders)");

        assertThat(Banner.of(start, List.of(LOOPBACK), "", Optional.empty(), hooks)
                        .block())
                .contains("\n  hooks in the server: rpc orders.* (com.acme.Orders)\n");
    }

    @Test
    void showsTheContextRootInTheSocketAddress() {
        Start start = Start.decide(FakeSettings.withSecret().source(), new HandClock());

        assertThat(Banner.of(start, List.of(PUBLIC), "/cordon", Optional.empty(), Optional.empty())
                        .block())
                .contains("ws://127.0.0.1:8330/cordon/connection/websocket");
        assertThat(Banner.of(start, List.of(), "", Optional.empty(), Optional.empty())
                        .block())
                .contains("Cordon 1.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.7", "::"})
    @DisplayName("the start warns of development mode on an address that other machines can reach")
    void warnsOfDevelopmentModeOnAReachableAddress(String address) {
        Listener listener = new Listener("http-listener", address, 8330, false);

        assertThat(banner(FakeSettings.none().set("cordon.mode", "dev"), listener, Optional.empty())
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("development mode on " + address + ":8330");
        assertThat(banner(FakeSettings.none().set("cordon.mode", "dev"), LOOPBACK, Optional.empty())
                        .warnings())
                .isEmpty();
        assertThat(banner(FakeSettings.withSecret(), listener, Optional.empty()).warnings())
                .isEmpty();
    }

    @Test
    @DisplayName("the start warns when cordon.allowed-origins admits every page")
    void warnsOfWildcardOrigins() {
        assertThat(banner(FakeSettings.withSecret().set("cordon.allowed-origins", "*"), PUBLIC, Optional.empty())
                        .warnings())
                .singleElement()
                .asString()
                .contains("cordon.allowed-origins is *");
    }

    @Test
    @DisplayName("the start warns of a data grid whose port other machines can reach")
    void warnsOfAReachableDataGrid() {
        assertThat(banner(FakeSettings.withSecret(), PUBLIC, Optional.of("*")).warnings())
                .singleElement()
                .asString()
                .startsWith("the grid's port is bound to * and has no authentication");
        assertThat(banner(FakeSettings.withSecret(), PUBLIC, Optional.of("127.0.0.1"))
                        .warnings())
                .isEmpty();
        assertThat(banner(FakeSettings.withSecret(), PUBLIC, Optional.of("10.0.0.11"))
                        .warnings())
                .singleElement()
                .asString()
                .contains("start with --nohazelcast");
    }

    @ParameterizedTest
    @CsvSource({
        "*, true",
        "192.0.2.7, true",
        "172.32.0.1, true",
        "2001:db8:0:0:0:0:0:1, true",
        "10.0.0.11, false",
        "172.16.0.1, false",
        "192.168.1.2, false",
        "fd12:0:0:0:0:0:0:1, false",
        "127.0.0.1, false"
    })
    @DisplayName("a node on the grid warns of the grid's port unless it is bound to a private address")
    void aNodeOnTheGridWarnsOfAPublicAddress(String address, boolean warns) {
        FakeSettings settings = FakeSettings.withSecret()
                .set("cordon.cluster", "grid")
                .set("cordon.log", "jdbc")
                .set("cordon.grid.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");

        List<String> warnings = banner(settings, PUBLIC, Optional.of(address)).warnings();

        assertThat(warnings).hasSize(warns ? 1 : 0);
        assertThat(warnings)
                .allSatisfy(line -> assertThat(line)
                        .startsWith("the grid's port is bound to " + address + " and has no authentication: bind it"));
    }
}
