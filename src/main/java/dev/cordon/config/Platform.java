package dev.cordon.config;

import dev.cordon.endpoint.ServerPlatform;
import org.eclipse.microprofile.config.ConfigProvider;

/** Reads {@code cordon.payara} where the other settings have not been read: before the start, and when it fails. */
final class Platform {
    private Platform() {}

    /** An unreadable value counts as the default: {@link Start#decide} rejects it. */
    static ServerPlatform ofThisServer() {
        try {
            return ServerPlatform.ofThisServer(Start.payara(SettingsSource.of(ConfigProvider::getConfig)));
        } catch (SettingException | IllegalStateException e) {
            return ServerPlatform.ofThisServer(true);
        }
    }
}
