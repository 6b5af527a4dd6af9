package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.hook.HookCall;
import dev.cordon.hook.SessionEvent;
import dev.cordon.hook.http.HttpHookSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackEndHooksTest {
    private static FakeSettings withSecret() {
        return FakeSettings.none().set("cordon.hook.secret", FakeSettings.SECRET);
    }

    @Test
    void withoutAnAddressThereAreNone() {
        assertThat(BackEndHooks.read(FakeSettings.none().source())).isEmpty();
        assertThat(BackEndHooks.read(withSecret().source())).isEmpty();
    }

    @Test
    void readsAddressesAndMethods() {
        HttpHookSettings settings = BackEndHooks.read(withSecret()
                        .set("cordon.hook.second-secret", FakeSettings.SECRET)
                        .set("cordon.hook.rpc.url", "https://app.example/rpc")
                        .set("cordon.hook.rpc.methods", "orders.*, hello")
                        .set("cordon.hook.acknowledged-all.url", "http://127.0.0.1:3000/events")
                        .source())
                .orElseThrow();

        assertThat(settings.questions()).containsOnlyKeys(HookCall.Kind.RPC);
        assertThat(settings.events()).containsOnlyKeys(SessionEvent.Kind.ACKNOWLEDGED_ALL);
        assertThat(settings.methods()).containsExactly("hello", "orders.*");
    }

    @Test
    void allMethodsGoToTheBackEndUnlessSomeAreNamed() {
        assertThat(BackEndHooks.read(withSecret()
                                .set("cordon.hook.rpc.url", "https://app.example/rpc")
                                .source())
                        .orElseThrow()
                        .methods())
                .containsExactly("*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rpc.methods | orders.* | cordon.hook.rpc.methods needs an address for them: set cordon.hook.rpc.url",
                "rpc.url | ftp://app.example/ | cordon.hook.rpc.url must be an http or https address",
                "rpc.url | a b | cordon.hook.rpc.url is not an address",
                "connect.url | https://hunter2@app.example/ | cordon.hook.connect.url must be an http or https address"
            })
    void rejectsWhatCannotBeUsed(String name, String value, String line) {
        assertThatThrownBy(() -> BackEndHooks.read(
                        withSecret().set("cordon.hook." + name, value).source()))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(line)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void anAddressNeedsASecret() {
        assertThatThrownBy(() -> BackEndHooks.read(FakeSettings.none()
                        .set("cordon.hook.disconnected.url", "https://app.example/")
                        .source()))
                .hasMessage("hooks over HTTP need a secret that signs their requests: set cordon.hook.secret"
                        + " (CORDON_HOOK_SECRET) to what openssl rand -base64 32 prints");
        assertThatThrownBy(() -> BackEndHooks.read(FakeSettings.none()
                        .set("cordon.hook.disconnected.url", "https://app.example/")
                        .set("cordon.hook.secret", "hunter2")
                        .source()))
                .hasMessageStartingWith("cordon.hook.secret has 7 bytes but must have at least 32")
                .hasMessageNotContaining("hunter2");
    }
}
