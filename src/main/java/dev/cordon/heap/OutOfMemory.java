package dev.cordon.heap;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The end of the process when memory has run out (ADR 0015). After an {@link OutOfMemoryError} threads may be gone and objects half changed. A
 * process that has ended is restarted; one that no longer answers is not. With {@code -XX:+ExitOnOutOfMemoryError} the runtime ends the process
 * itself when the heap is full. This class covers memory outside the heap, threads that cannot start, and a server without that flag.
 */
public final class OutOfMemory {
    /** The exit status that the runtime's own flag uses. */
    static final int STATUS = 3;

    /** Allocated in advance, because there is no memory later. */
    private static final byte[] LINE =
            "CORDON ends: out of memory; give the process more (-Xmx), or lower the settings that bound its memory: "
                    .getBytes(StandardCharsets.US_ASCII);

    private OutOfMemory() {}

    /** Writes one line to standard error and ends the process. The server's logging would need memory and another thread. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void ends(OutOfMemoryError error) {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.err)) {
            out.write(LINE);
            out.write((error.getMessage() + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Standard error is closed; the exit status remains.
            Runtime.getRuntime().halt(STATUS);
        } finally {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    /** Wraps a task for a thread that would ignore the error or go on after it. */
    public static Runnable endsAfter(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (OutOfMemoryError e) {
                ends(e);
            }
        };
    }
}
