package dev.cordon.config;

import dev.cordon.canary.Address;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of the canary.
 *
 * @param on {@code cordon.canary}
 * @param interval {@code cordon.canary.interval} between two messages to one of its users
 * @param url {@code cordon.canary.url}: address of the application on this node; if empty, the server is asked
 */
record CanarySettings(boolean on, Duration interval, Optional<URI> url) {
    private static final Duration LEAST = Duration.ofMillis(10);

    /** @throws SettingException naming the setting that cannot be used */
    static CanarySettings read(SettingsSource source) {
        Duration interval = source.duration("canary.interval", Duration.ofSeconds(1));
        if (interval.compareTo(LEAST) < 0) {
            throw new SettingException("cordon.canary.interval is " + interval + " but must be PT0.01S or longer");
        }
        Optional<URI> url = source.address("canary.url");
        try {
            url.ifPresent(base -> Address.of(base, ""));
        } catch (IllegalArgumentException e) {
            throw new SettingException("cordon.canary.url " + e.getMessage());
        }
        return new CanarySettings(source.flag("canary", true), interval, url);
    }
}
