package dev.cordon.config;

import dev.cordon.hook.HookCall;
import dev.cordon.hook.SessionEvent;
import dev.cordon.hook.http.HookSecrets;
import dev.cordon.hook.http.HttpHookSettings;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A reader of the settings of hooks over HTTP, which count from a start on. */
final class BackEndHooks {
    private BackEndHooks() {}

    /**
     * @return empty without any {@code cordon.hook.<name>.url}
     * @throws SettingException if the application must not start, with the one line that says why and what to do
     */
    static Optional<HttpHookSettings> read(SettingsSource source) {
        Optional<String> secret = source.text("hook.secret");
        Optional<String> second = source.text("hook.second-secret");
        Set<String> methods = source.list("hook.rpc.methods");
        Map<HookCall.Kind, URI> questions = addresses(source, HookCall.Kind.class);
        Map<SessionEvent.Kind, URI> events = addresses(source, SessionEvent.Kind.class);
        if (!methods.isEmpty() && !questions.containsKey(HookCall.Kind.RPC)) {
            throw new SettingException("cordon.hook.rpc.methods needs an address for them: set cordon.hook.rpc.url");
        }
        if (questions.isEmpty() && events.isEmpty()) {
            return Optional.empty();
        }
        if (secret.isEmpty()) {
            throw new SettingException("hooks over HTTP need a secret that signs their requests: set cordon.hook.secret"
                    + " (CORDON_HOOK_SECRET) to what openssl rand -base64 32 prints");
        }
        try {
            return Optional.of(new HttpHookSettings(
                    questions,
                    events,
                    methods.isEmpty() ? List.of("*") : List.copyOf(methods),
                    HookSecrets.of(secret.get(), second)));
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
    }

    private static <K extends Enum<K>> Map<K, URI> addresses(SettingsSource source, Class<K> kinds) {
        Map<K, URI> addresses = new EnumMap<>(kinds);
        for (K kind : kinds.getEnumConstants()) {
            source.address(HttpHookSettings.name(kind)).ifPresent(address -> addresses.put(kind, address));
        }
        return addresses;
    }
}
