package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.jdbc.JdbcSettings;
import dev.cordon.log.HandClock;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest {
    private static final String NO_KEY = "no key to check tokens with: set cordon.token.hmac-secret"
            + " (CORDON_TOKEN_HMAC_SECRET), cordon.token.public-key or cordon.token.jwks-url; to try it out set"
            + " cordon.mode=dev";

    private final HandClock clock = new HandClock();

    @Test
    @DisplayName("F32 production mode without keys does not start and says in one line what to set")
    void productionModeNeedsAKey() {
        assertThatThrownBy(() -> decide(FakeSettings.none()))
                .isInstanceOf(SettingException.class)
                .hasMessage(NO_KEY);
        assertThatThrownBy(() -> decide(FakeSettings.none().set("cordon.mode", "production")))
                .hasMessage(NO_KEY);
        assertThatThrownBy(() -> decide(FakeSettings.none().set("cordon.token.hmac-secret", "  ")))
                .hasMessage(NO_KEY);
        assertThatThrownBy(() -> decide(FakeSettings.none().set("cordon.token.issuer", "https://id.example")))
                .hasMessage(NO_KEY);
    }

    @Test
    @DisplayName("F32 production mode issues no development tokens")
    void productionModeIssuesNoDevelopmentTokens() {
        Start start = decide(FakeSettings.withSecret());

        assertThat(start.mode()).isEqualTo(Mode.PRODUCTION);
        assertThat(start.devTokens()).isEmpty();
        assertThat(start.tokens().hmacSecret()).contains(FakeSettings.SECRET);
        assertThat(start.apiKeys().configured()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"dev,database,true", "dev,off,false", "production,database,false", "production,off,false"})
    @DisplayName("S8: only in development mode and in a cluster are nodes shown to pages, which may then kill them")
    void s8_showsNodesOnlyInAClusterInDevelopmentMode(String mode, String cluster, boolean shown) {
        Start start = decide(FakeSettings.withSecret()
                .set("cordon.mode", mode)
                .set("cordon.log", "jdbc")
                .set("cordon.cluster", cluster));

        assertThat(start.showsNodes()).isEqualTo(shown);
    }

    @Test
    @DisplayName("an outbox is read only when its URL or its data source is set; the URL wins")
    void readsAnOutboxOnlyWhenItIsSet() {
        assertThat(decide(FakeSettings.withSecret()).outbox()).isEmpty();
        assertThat(decide(FakeSettings.withSecret().set("cordon.outbox.user", "u"))
                        .outbox())
                .isEmpty();
        assertThat(decide(FakeSettings.withSecret().set("cordon.outbox.data-source", "jdbc/shop"))
                        .outbox())
                .contains(new JdbcSettings("jdbc/shop", Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(decide(FakeSettings.withSecret()
                                .set("cordon.outbox.data-source", "jdbc/shop")
                                .set("cordon.outbox.url", "jdbc:h2:mem:shop")
                                .set("cordon.outbox.user", "u")
                                .set("cordon.outbox.password", "p"))
                        .outbox())
                .contains(new JdbcSettings(
                        "jdbc/shop", Optional.of("jdbc:h2:mem:shop"), Optional.of("u"), Optional.of("p")));
    }

    @Test
    @DisplayName("F32 development mode makes a secret of its own at each start")
    void developmentModeMakesASecret() {
        Start first = decide(FakeSettings.none().set("cordon.mode", "dev"));
        Start second = decide(FakeSettings.none().set("cordon.mode", "dev"));

        String token = first.devTokens()
                .orElseThrow()
                .issue(new UserId("ann"), Set.of(), Optional.empty(), Duration.ofHours(1));
        assertThat(new TokenVerifier(first.tokens(), clock).verify(token).user())
                .isEqualTo(new UserId("ann"));
        assertThat(first.tokens().hmacSecret()).isNotEqualTo(second.tokens().hmacSecret());
    }

    @Test
    void developmentModeKeepsTheConfiguredTokenSettings() {
        Start start = decide(FakeSettings.withSecret()
                .set("cordon.mode", "dev")
                .set("cordon.token.issuer", "https://id.example")
                .set("cordon.token.audience", "cordon"));

        assertThat(start.tokens().hmacSecret()).contains(FakeSettings.SECRET);
        assertThat(start.tokens().issuer()).contains("https://id.example");
        assertThat(start.tokens().audience()).contains("cordon");
        assertThat(start.devTokens()).isPresent();
    }

    @Test
    void developmentModeMakesNoSecretBesideAConfiguredKey() {
        Start start = decide(
                FakeSettings.none().set("cordon.mode", "dev").set("cordon.token.jwks-url", "https://id.example/jwks"));

        assertThat(start.tokens().hmacSecret()).isEmpty();
        assertThat(start.devTokens()).isEmpty();
    }

    @Test
    void readsTheApiKeys() {
        Start start = decide(FakeSettings.withSecret().set("cordon.api.keys", "first-key-1, second-key-2"));

        assertThat(start.apiKeys().accepts("second-key-2")).isTrue();
        assertThat(start.apiKeys().accepts("third-key-3")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Grid", "JDBC", "Memory", "file"})
    void rejectsAnUnknownLogByName(String log) {
        assertThatThrownBy(() -> decide(FakeSettings.withSecret().set("cordon.log", log)))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("cordon.log is '" + log + "' but must be memory or jdbc or grid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cordon.mode | prod | cordon.mode is 'prod' but must be production or dev",
                "cordon.connection-timeout | 30m | cordon.connection-timeout is '30m' but must be a positive ISO 8601 duration",
                "cordon.token.hmac-secret | short | cordon.token.hmac-secret has 5 bytes; HS256 needs at least 32",
                "cordon.api.keys | x | cordon.api.keys: key 1 is shorter than 8 characters",
                "cordon.max-managers-per-user | 0 | cordon.max-managers-per-user is 0 but must be positive",
                "cordon.log | postgres | cordon.log is 'postgres' but must be memory or jdbc or grid",
                "cordon.cluster | grid | cordon.cluster=grid needs a log that all nodes share: set cordon.log=grid",
                "cordon.allowed-origins | example.org | cordon.allowed-origins: not an origin",
                "cordon.without | reads | cordon.without is 'reads' but must be a list of direct-handshakes, direct-publishes, reads-in-place, direct-streams",
            })
    @DisplayName("a wrong setting ends the start in one line that names it and says what it must be")
    void namesTheWrongSettingInOneLine(String name, String value, String expected) {
        assertThatThrownBy(() -> decide(FakeSettings.withSecret().set(name, value)))
                .isInstanceOf(SettingException.class)
                .message()
                .startsWith(expected)
                .hasLineCount(1);
    }

    private static FakeSettings grid() {
        return FakeSettings.withSecret()
                .set("cordon.cluster", "grid")
                .set("cordon.log", "jdbc")
                .set("cordon.grid.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    }

    @Test
    @DisplayName("the grid without a log that all nodes share is rejected in one line")
    void theGridNeedsASharedLog() {
        assertThatThrownBy(() -> decide(grid().set("cordon.log", "memory")))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.cluster=grid needs a log that all nodes share: set cordon.log=grid, or"
                        + " cordon.log=jdbc and cordon.jdbc.url, or cordon.cluster=off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "database"})
    @DisplayName("a log on the grid without the grid is rejected in one line")
    void aLogOnTheGridNeedsTheGrid(String mode) {
        assertThat(decide(grid().set("cordon.log", "grid")).log()).isEqualTo(LogKind.GRID);
        assertThatThrownBy(() -> decide(grid().set("cordon.log", "grid").set("cordon.cluster", mode)))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.log=grid needs cordon.cluster=grid: set it, or cordon.log=memory or"
                        + " cordon.log=jdbc");
    }

    @Test
    @DisplayName("production mode without a key does not start on the grid, and says in one line what to set")
    void theGridNeedsAKey() {
        assertThat(decide(grid()).gridKeys()).isPresent();
        assertThatThrownBy(() -> decide(grid().set("cordon.grid.key", "")))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.cluster=grid needs a key that all nodes share: set cordon.grid.key"
                        + " (CORDON_GRID_KEY) to what openssl rand -base64 32 prints");
        assertThat(decide(grid().set("cordon.grid.key", "").set("cordon.mode", "dev"))
                        .gridKeys())
                .isPresent();
    }

    @Test
    @DisplayName("keys of the grid are not used without it, but checked")
    void checksKeysOfTheGrid() {
        assertThat(decide(grid().set("cordon.cluster", "database")).gridKeys()).isEmpty();
        assertThatThrownBy(() -> decide(grid().set("cordon.cluster", "off").set("cordon.grid.key", "hunter2")))
                .hasMessage("cordon.grid.key must be 32 bytes in base64, as openssl rand -base64 32 prints them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"development", "Dev", "prod", "test"})
    @DisplayName("F32 a misspelled mode is rejected, not taken for development mode")
    void rejectsAnUnknownMode(String mode) {
        assertThatThrownBy(() -> decide(FakeSettings.withSecret().set("cordon.mode", mode)))
                .hasMessage("cordon.mode is '" + mode + "' but must be production or dev");
    }

    @Test
    void rejectsAnInvalidLimit() {
        assertThatThrownBy(() -> decide(FakeSettings.withSecret().set("cordon.max-connections", "0")))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.max-connections is 0 but must be positive");
    }

    @ParameterizedTest
    @DisplayName("no error of the start shows a secret")
    @CsvSource({
        "cordon.token.hmac-secret, hunter2",
        "cordon.token.public-key, hunter2",
        "cordon.token.public-key, -----BEGIN PRIVATE KEY----- hunter2",
        "cordon.token.jwks-url, https://ann:hunter2@id.example/jwks",
        "cordon.token.jwks-url, https://ann:hunter2@id.example/a b",
        "cordon.token.jwks-url, hunter2",
        "cordon.api.keys, hunter2",
        "cordon.grid.key, hunter2"
    })
    void errorsQuoteNoSecret(String name, String value) {
        assertThatThrownBy(() ->
                        decide(FakeSettings.none().set("cordon.mode", "dev").set(name, value)))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(name)
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @Test
    @DisplayName("the text of the start's settings shows no secret")
    void toStringShowsNoSecret() {
        Start start = decide(FakeSettings.withSecret().set("cordon.mode", "dev").set("cordon.api.keys", "hunter2-key"));

        assertThat(start + "; " + start.live().get()).doesNotContain("hunter2");
        assertThat(DevTokens.randomSecret()).isNotEqualTo(FakeSettings.SECRET);
    }

    private Start decide(FakeSettings settings) {
        return Start.decide(settings.source(), clock);
    }
}
