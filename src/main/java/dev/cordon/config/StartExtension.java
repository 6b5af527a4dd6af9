package dev.cordon.config;

import dev.cordon.endpoint.ServerPlatform;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * A CDI extension that has the server answer requests with 503 until the application serves (ADR 0019). No other code
 * of an application runs that early.
 */
public class StartExtension implements Extension {
    void first(@Observes BeforeBeanDiscovery event) {
        ServerPlatform.ofThisServer(payara()).answerUntilServing();
    }

    /** Reads {@code cordon.payara} before the other settings. An unreadable value counts as the default: {@link Start#decide} rejects it. */
    private static boolean payara() {
        try {
            return Start.payara(SettingsSource.of(ConfigProvider::getConfig));
        } catch (SettingException | IllegalStateException e) {
            return true;
        }
    }
}
