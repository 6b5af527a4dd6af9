package dev.cordon.upkeep;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The log lines of the application's shutdown. On SIGTERM the runtime removes the log's handlers while the application still stops
 * ({@code LogManager}'s own shutdown hook). So these lines go to standard error then, where systemd and containers collect them. At an
 * undeploy they go to the log.
 */
final class ShutdownLog {
    private ShutdownLog() {}

    /** Does nothing: the call loads the class. */
    static void load() {}

    static void log(System.Logger log, Level level, String line) {
        log(log, level, line, null);
    }

    static void log(System.Logger log, Level level, String line, @Nullable Throwable why) {
        if (!processEnds()) {
            log.log(level, line, why);
            return;
        }
        try (PrintStream out =
                new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8)) {
            write(out, log.getName(), level, line, why);
        }
    }

    static void write(PrintStream out, String logger, Level level, String line, @Nullable Throwable why) {
        out.println(Instant.now() + " " + level + " " + logger + "  " + line);
        if (why != null) {
            why.printStackTrace(out);
        }
        out.flush();
    }

    /** Nobody may add a hook any more once the runtime ends. */
    private static boolean processEnds() {
        Thread hook = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
