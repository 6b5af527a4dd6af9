package dev.cordon.heap;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Ends the process when memory has run out (ADR 0015). After an {@link OutOfMemoryError} nobody knows which threads are gone and which
 * objects are half changed; a process that has ended is started again, one that has stopped to answer is not. With
 * {@code -XX:+ExitOnOutOfMemoryError} the runtime does it itself for the heap; what is left for this class is memory beside the heap, threads
 * that cannot be started, and a server started without the flag.
 */
public final class OutOfMemory {
    /** As the runtime's own flag has it. */
    static final int STATUS = 3;

    /** Made before it is needed. */
    private static final byte[] LINE =
            "CORDON ends: out of memory; give the process more (-Xmx), or lower what the settings let it hold: "
                    .getBytes(StandardCharsets.US_ASCII);

    private OutOfMemory() {}

    /** Writes one line to standard error, past the server's logging, which would need memory and another thread; does not return. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void ends(OutOfMemoryError error) {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.err)) {
            out.write(LINE);
            out.write((error.getMessage() + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Nobody listens any more; the status tells.
            Runtime.getRuntime().halt(STATUS);
        } finally {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    /** What runs on a thread whose own handling of errors would go on or be silent. */
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
