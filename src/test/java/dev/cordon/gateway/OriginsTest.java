package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
    private static final String SELF = "https://node.example";

    private final Origins origins = new Origins(Set.of("https://app.example", "http://localhost:3000"));

    @ParameterizedTest
    @ValueSource(
            strings = {"https://app.example", "https://app.example:443", "HTTPS://APP.EXAMPLE", "http://localhost:3000"
            })
    void permitsWhatIsConfigured(String origin) {
        assertThat(origins.permits(Optional.of(origin), SELF)).isTrue();
    }

    @ParameterizedTest
    @DisplayName("foreign, null, suffix, port and scheme look-alikes are rejected")
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "",
                " ",
                "*",
                "http://app.example",
                "ws://app.example",
                "wss://app.example",
                "https://app.example:8443",
                "https://app.example:80",
                "https://app.example:0",
                "https://app.example.evil.example",
                "https://evil-app.example",
                "https://xapp.example",
                "https://app.example.",
                "https://sub.app.example",
                "https://app.exampl",
                "https://app.example/",
                "https://app.example/path",
                "https://app.example?x",
                "https://app.example#x",
                "https://app.example@evil.example",
                "https://evil.example#https://app.example",
                "https://user@app.example",
                "https://app.example, https://evil.example",
                "https://app.example https://evil.example",
                " https://app.example",
                "https://\u0430pp.example",
                "https://app\u3002example",
                "https:app.example",
                "//app.example",
                "app.example",
                "http://localhost",
                "http://localhost:30000",
                "http://127.0.0.1:3000",
                "file://",
                "http://node.example",
                "https://node.example:8443"
            })
    void rejectsLookAlikes(String origin) {
        assertThat(origins.permits(Optional.of(origin), SELF)).isFalse();
    }

    @Test
    @DisplayName("C4: the page's own origin may connect, whatever else is configured")
    void c4_thePagesOwnOriginStaysAllowed() {
        assertThat(origins.permits(Optional.of(SELF), SELF)).isTrue();
        assertThat(origins.permits(Optional.of(SELF), "https://other.example")).isFalse();
    }

    @Test
    void withoutASettingOnlyThePagesOwnOriginMayConnect() {
        Origins own = new Origins(Set.of());

        assertThat(own.permits(Optional.of("https://node.example"), SELF)).isTrue();
        assertThat(own.permits(Optional.of("http://127.0.0.1:8181"), "http://127.0.0.1:8181"))
                .isTrue();
        assertThat(own.permits(Optional.of("http://node.example"), SELF)).isFalse();
        assertThat(own.permits(Optional.of("https://node.example:444"), SELF)).isFalse();
        assertThat(own.permits(Optional.of("null"), "https://null")).isFalse();
        assertThat(own.permits(Optional.of("https://a b"), "https://a b")).isFalse();
    }

    @Test
    void whoSendsNoOriginIsNoBrowser() {
        assertThat(origins.permits(Optional.empty(), SELF)).isTrue();
    }

    @Test
    void aStarPermitsEveryPage() {
        assertThat(new Origins(Set.of("*")).permits(Optional.of("null"), SELF)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.example", "https://app.example/", "https://*.example", "null", "https://", "a b"})
    void aSettingThatIsNoOriginIsRejectedAndNamed(String setting) {
        assertThatThrownBy(() -> new SocketSettings(Set.of(setting), 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cordon.allowed-origins: not an origin (scheme://host[:port]): " + setting);
    }

    @Property
    void noTextIsAnErrorAndNoneButTheConfiguredPasses(@ForAll String origin) {
        assertThat(origins.permits(Optional.of(origin), SELF)).isFalse();
    }

    @Property
    void nothingAddedToAnOriginPasses(@ForAll String before, @ForAll String after) {
        String origin = before + "https://app.example" + after;

        boolean same = before.isEmpty() && (after.isEmpty() || after.equals(":") || after.matches(":0*443"));
        assertThat(origins.permits(Optional.of(origin), SELF)).isEqualTo(same);
    }
}
