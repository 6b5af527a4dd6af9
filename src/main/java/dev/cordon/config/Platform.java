package dev.cordon.config;

import dev.cordon.endpoint.ServerPlatform;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * A look-up of the server's platform before the other settings have been read. Reads only {@code cordon.payara}.
 */
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
