package dev.cordon.upkeep;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is said at the end of the application. On SIGTERM the runtime takes the log's handlers away while the application still stops
 * ({@code LogManager}'s own shutdown hook), so what is said then goes to standard error, past the server's logging, where systemd and
 * containers collect it. At an undeploy it goes to the log.
 */
final class LastWords {
    private LastWords() {}

    /** Does nothing but to have been loaded. */
    static void load() {}

    static void tell(System.Logger log, Level level, String line) {
        tell(log, level, line, null);
    }

    static void tell(System.Logger log, Level level, String line, @Nullable Throwable why) {
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
