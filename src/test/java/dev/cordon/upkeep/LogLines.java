package dev.cordon.upkeep;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Captures the log records that a class writes while an action runs. */
public final class LogLines {
    private LogLines() {}

    public static List<LogRecord> of(Class<?> writer, Runnable run) {
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(writer.getName());
        logger.addHandler(handler);
        try {
            run.run();
        } finally {
            logger.removeHandler(handler);
        }
        return records;
    }

    /** Captures the log records that a class writes while an action runs, those at debug level too. */
    public static List<LogRecord> withDetails(Class<?> writer, Runnable run) {
        Logger logger = Logger.getLogger(writer.getName());
        Level before = logger.getLevel();
        logger.setLevel(Level.ALL);
        try {
            return of(writer, run);
        } finally {
            logger.setLevel(before);
        }
    }
}
