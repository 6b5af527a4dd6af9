package dev.cordon.config;

import dev.cordon.manager.Ticker;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The settings as they are now: read again at most once a second, by whoever asks first. A change that cannot be used is refused with
 * one line in the log, and what was in force stays so. Thread-safe.
 */
final class LiveSettings {
    private static final System.Logger LOG = System.getLogger(LiveSettings.class.getName());
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SettingsSource source;
    private final Ticker ticker;
    private final AtomicLong readAt;
    private volatile Settings current;
    private volatile String refused = "";

    /** @throws SettingException if they cannot be used at all */
    LiveSettings(SettingsSource source, Ticker ticker) {
        this.source = source;
        this.ticker = ticker;
        this.readAt = new AtomicLong(ticker.nanos());
        this.current = Settings.read(source);
    }

    Settings get() {
        long last = readAt.get();
        long now = ticker.nanos();
        if (now - last > FRESH_NANOS && readAt.compareAndSet(last, now)) {
            refresh();
        }
        return current;
    }

    private void refresh() {
        try {
            Settings fresh = Settings.read(source);
            if (!fresh.equals(current)) {
                LOG.log(Level.INFO, "Settings changed: now {0}", fresh);
                current = fresh;
            }
            refused = "";
        } catch (SettingException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(refused)) {
                refused = why;
                LOG.log(Level.WARNING, "Settings not changed: {0}", why);
            }
        }
    }
}
