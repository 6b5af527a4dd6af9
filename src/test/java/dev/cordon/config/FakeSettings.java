package dev.cordon.config;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Settings by their full names, which a test changes as an operator does. */
final class FakeSettings {
    static final String SECRET = "hunter2-hunter2-hunter2-hunter2-hunter2";

    private final Map<String, String> values = new ConcurrentHashMap<>();

    static FakeSettings none() {
        return new FakeSettings();
    }

    static FakeSettings withSecret() {
        return none().set("cordon.token.hmac-secret", SECRET);
    }

    FakeSettings set(String name, String value) {
        values.put(name, value);
        return this;
    }

    SettingsSource source() {
        return new SettingsSource(name -> Optional.ofNullable(values.get(name)));
    }
}
