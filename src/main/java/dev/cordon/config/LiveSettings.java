package dev.cordon.config;

import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * The current settings, read again by {@link #refresh}. A change that cannot be used is rejected with one line in the
 * log, and the settings in force stay. Thread-safe.
 *
 * <p>{@link #get} does not read the source: the server knows the application's settings only on threads that it
 * manages, and sockets are served on others.
 */
final class LiveSettings {
    /** Time between two readings. */
    static final Duration PERIOD = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(LiveSettings.class.getName());

    private final SettingsSource source;
    private volatile Settings current;
    private String rejected = "";

    /** @throws SettingException if they cannot be used at all */
    LiveSettings(SettingsSource source) {
        this.source = source;
        this.current = Settings.read(source);
    }

    Settings get() {
        return current;
    }

    /** Reads the settings again. Call it on a thread that belongs to the application. */
    synchronized void refresh() {
        try {
            Settings fresh = Settings.read(source);
            if (!fresh.equals(current)) {
                LOG.log(Level.INFO, "Settings changed: now {0}", fresh);
                current = fresh;
            }
            rejected = "";
        } catch (SettingException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(rejected)) {
                rejected = why;
                LOG.log(Level.WARNING, "Settings not changed: {0}", why);
            }
        }
    }
}
