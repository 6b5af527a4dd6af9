package dev.cordon.upkeep;

import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * The steps of the application's shutdown. Each runs on a daemon thread of its own, for a bounded time. So the shutdown waits for no
 * lock that is held for ever. A step that hangs or fails is named in the log and left behind.
 */
public final class ShutdownSteps {
    private static final System.Logger LOG = System.getLogger(ShutdownSteps.class.getName());

    private ShutdownSteps() {}

    /** Loads the classes that the end needs: by then the server may have closed the application's class loader. Call it at the start. */
    public static void prepare() {
        ShutdownLog.load();
        GuardedLoop.load();
        ThreadStack.of(Thread.currentThread());
    }

    /** Returns when the step has ended, or after {@code most}. */
    public static void run(String name, Duration most, Runnable step) {
        Thread thread = new Thread(() -> guarded(name, step), "cordon-end-" + name);
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(most.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            ShutdownLog.log(
                    LOG,
                    Level.ERROR,
                    "Stopping: " + name + " has not ended within " + most.toSeconds()
                            + " s and is abandoned. Its stack:",
                    ThreadStack.of(thread));
        }
    }

    private static void guarded(String name, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            ShutdownLog.log(LOG, Level.ERROR, "Stopping: " + name + " has failed; the other steps go on", e);
        }
    }
}
