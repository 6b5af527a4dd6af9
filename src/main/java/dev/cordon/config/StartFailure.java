package dev.cordon.config;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The one line in the log that says why the application does not start. The container reports the failed deployment
 * with its whole stack, from several loggers. Reports of this cause are withheld, so that the operator sees the line.
 */
final class StartFailure {
    private static final Logger LOG = Logger.getLogger(StartFailure.class.getName());
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private StartFailure() {}

    static void tell(SettingException why) {
        if (TOLD.compareAndSet(false, true)) {
            LOG.log(Level.SEVERE, "CORDON cannot start: {0}", why.getMessage());
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                Filter before = handler.getFilter();
                handler.setFilter(record -> isNews(record) && (before == null || before.isLoggable(record)));
            }
        }
    }

    private static boolean isNews(LogRecord record) {
        return Stream.iterate(record.getThrown(), cause -> cause != null, Throwable::getCause)
                .noneMatch(SettingException.class::isInstance);
    }
}
