package dev.cordon.upkeep;

import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * The steps of the application's end. Each runs on a daemon thread of its own for a bounded time: the end waits for no lock that something
 * else may hold for ever, and one that hangs or fails is named and left behind.
 */
public final class Ending {
    private static final System.Logger LOG = System.getLogger(Ending.class.getName());

    private Ending() {}

    /** Loads what the end needs, for the server may have closed the application's class loader by then. To be called at the start. */
    public static void prepare() {
        LastWords.load();
        GuardedLoop.load();
        Standing.of(Thread.currentThread());
    }

    /** Returns when the step has ended, or after {@code most}. */
    public static void step(String name, Duration most, Runnable step) {
        Thread thread = new Thread(() -> guarded(name, step), "cordon-end-" + name);
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(most.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LastWords.tell(
                    LOG,
                    Level.ERROR,
                    "Stopping: " + name + " has not ended within " + most.toSeconds()
                            + " s and is left behind. Where it stands:",
                    Standing.of(thread));
        }
    }

    private static void guarded(String name, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LastWords.tell(LOG, Level.ERROR, "Stopping: " + name + " has failed; the rest goes on", e);
        }
    }
}
