package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.hook.HookCall;
import dev.cordon.hook.SessionEvent;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHookSettingsTest {
    private static HttpHookSettings to(String address, String... methods) {
        return new HttpHookSettings(
                Map.of(HookCall.Kind.RPC, URI.create(address)), Map.of(), List.of(methods), Hooks.SECRETS);
    }

    @Test
    void methodsGoToTheBackEndByNameOrByTheirBeginning() {
        HttpHookSettings settings = to("https://app.example/rpc", "orders.*", "hello");

        assertThat(settings.answers("orders.list")).isTrue();
        assertThat(settings.answers("hello")).isTrue();
        assertThat(settings.answers("hello2")).isFalse();
        assertThat(settings.answers("order")).isFalse();
        assertThat(to("https://app.example/rpc", "*").answers("anything")).isTrue();
    }

    @Test
    void noMethodGoesToABackEndWithoutAnAddressForThem() {
        assertThat(Hooks.settings(Map.of(), Map.of()).answers("orders.list")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/rpc", "ftp://app.example/", "https:///rpc", "https://user:hunter2@app.example/"})
    void rejectsAnAddressWithoutQuotingIt(String address) {
        assertThatThrownBy(() -> to(address, "*"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cordon.hook.rpc.url must be an http or https address with a host and no user name");
    }

    @Test
    void rejectsAStarInTheMiddle() {
        assertThatThrownBy(() -> to("https://app.example/rpc", "a*b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("* may only stand at the end");
    }

    @Test
    void itsTextShowsNeitherAddressNorSecret() {
        HttpHookSettings settings = new HttpHookSettings(
                Map.of(HookCall.Kind.CONNECT, URI.create("https://app.example/?key=hunter2")),
                Map.of(SessionEvent.Kind.ACKNOWLEDGED_ALL, URI.create("https://app.example/?key=hunter2")),
                List.of("*"),
                Hooks.SECRETS);

        assertThat(settings.toString())
                .isEqualTo("HttpHookSettings[questions=connect, events=acknowledged-all, methods=[*]]");
        assertThat(Hooks.SECRETS.toString()).isEqualTo("HookSecrets[1]");
    }

    @Test
    void rejectsAShortSecretWithoutQuotingIt() {
        assertThatThrownBy(() -> HookSecrets.of("hunter2", Optional.empty()))
                .hasMessageContaining("cordon.hook.secret has 7 bytes but must have at least 32")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> HookSecrets.of(Hooks.SECRET, Optional.of("hunter2")))
                .hasMessageContaining("cordon.hook.second-secret has 7 bytes");
    }
}
