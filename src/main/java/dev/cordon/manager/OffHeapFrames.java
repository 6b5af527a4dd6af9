package dev.cordon.manager;

import dev.cordon.protocol.Frame;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.IntFunction;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * A pool of direct memory for frames that wait for a stalled reader. On the heap, the collector would copy them in its
 * pauses (ADR 0011). A block belongs to one frame at a time and is kept for the next. A frame that finds no room stays
 * on the heap. Thread-safe; nothing is allocated or copied under its lock.
 *
 * <p>Not the log's {@code BlockPool}: that pool has no bound of its own and gives memory back to the collector. Direct
 * memory is bounded, may be unavailable, and is freed only by a full collection, so this pool keeps its blocks.
 */
final class OffHeapFrames {
    /** Bytes of a block; the last one of a frame is on average half empty. */
    static final int BLOCK = 8 * 1024;

    /** Bytes of the smallest frame that is worth a block. */
    static final int SMALLEST = BLOCK / 2;

    private static final System.Logger LOG = System.getLogger(OffHeapFrames.class.getName());

    /** Bytes of direct memory that the runtime allows, the sockets' buffers included. */
    static final long MAX_DIRECT_BYTES = maxDirectBytes();

    private final IntFunction<ByteBuffer> maker;
    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
    private long made;
    private boolean ended;

    OffHeapFrames() {
        this(ByteBuffer::allocateDirect);
    }

    /** @param maker makes a block of the given size in bytes; throws {@link OutOfMemoryError} without memory */
    OffHeapFrames(IntFunction<ByteBuffer> maker) {
        this.maker = maker;
    }

    /** Reads the runtime's figure through JMX: a server need not show the runtime's class to an application. */
    private static long maxDirectBytes() {
        try {
            CompositeData option = (CompositeData) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                            "getVMOption",
                            new Object[] {"MaxDirectMemorySize"},
                            new String[] {String.class.getName()});
            long set = Long.parseLong((String) option.get("value"));
            return set > 0 ? set : Runtime.getRuntime().maxMemory();
        } catch (JMException | RuntimeException e) {
            LOG.log(Level.DEBUG, "The limit of direct memory is unknown, and the heap's is taken instead", e);
            return Runtime.getRuntime().maxMemory();
        }
    }

    /** A stored frame, for its owner alone. It has no reference to other frames or to the pool. */
    static final class Stored {
        private final int size;
        private final boolean binary;
        private ByteBuffer @Nullable [] blocks;

        private Stored(int size, boolean binary, ByteBuffer[] blocks) {
            this.size = size;
            this.binary = binary;
            this.blocks = blocks;
        }

        /** Bytes. */
        int size() {
            return size;
        }

        /**
         * Copies the frame to the heap. Do not call it while another thread frees the frame.
         *
         * @throws IllegalStateException if the frame has been freed
         */
        Frame frame() {
            ByteBuffer[] from = blocks;
            if (from == null) {
                throw new IllegalStateException("the frame has been freed");
            }
            return Frame.filled(size, binary, bytes -> {
                for (int i = 0; i < from.length; i++) {
                    from[i].get(0, bytes, i * BLOCK, Math.min(BLOCK, size - i * BLOCK));
                }
            });
        }
    }

    /**
     * Copies a frame off the heap.
     *
     * @param maxBytes maximum of bytes of all blocks together
     * @return the {@link Stored} frame, or the same frame when there is no room for it
     */
    Object store(Frame frame, long maxBytes) {
        ByteBuffer[] taken = new ByteBuffer[(frame.size() + BLOCK - 1) / BLOCK];
        int missing = take(taken, maxBytes);
        if (missing < 0 || !make(taken, missing)) {
            return frame;
        }
        for (int i = 0; i < taken.length; i++) {
            frame.putTo(taken[i].clear(), i * BLOCK);
        }
        return new Stored(frame.size(), frame.binary(), taken);
    }

    /** @return number of blocks that the caller must make, already counted; negative when there is no room */
    private synchronized int take(ByteBuffer[] into, long maxBytes) {
        int missing = Math.max(0, into.length - idle.size());
        if (ended || (missing > 0 && (made + missing) * BLOCK > maxBytes)) {
            return -1;
        }
        made += missing;
        for (int i = missing; i < into.length; i++) {
            into[i] = idle.removeLast();
        }
        return missing;
    }

    private boolean make(ByteBuffer[] into, int missing) {
        try {
            for (int i = 0; i < missing; i++) {
                into[i] = maker.apply(BLOCK);
            }
            return true;
        } catch (OutOfMemoryError e) {
            // Ends the pool for good: the runtime runs full collections before it throws this error.
            endWithout(into.length);
            LOG.log(
                    Level.WARNING,
                    "Large messages for clients that do not read are kept on the heap from now on, because no direct memory is left ({0}). Give the process more (-XX:MaxDirectMemorySize, -Xmx) or lower cordon.queue.total-max-bytes",
                    e.getMessage());
            return false;
        }
    }

    private synchronized void endWithout(int taken) {
        made -= taken;
        end();
    }

    /** Takes back the blocks of a frame. A second call does nothing. */
    synchronized void free(Stored stored) {
        ByteBuffer[] given = stored.blocks;
        if (given == null) {
            return;
        }
        // Cleared first, so that no block is given back twice, whatever happens.
        stored.blocks = null;
        if (ended) {
            made -= given.length;
            return;
        }
        for (ByteBuffer block : given) {
            idle.addLast(block);
        }
    }

    /** Ends the pool: it stores nothing, and keeps no block. The application ends, but its classes may stay loaded. */
    synchronized void end() {
        ended = true;
        made -= idle.size();
        idle.clear();
    }

    /** Bytes of all blocks. */
    synchronized long kept() {
        return made * BLOCK;
    }

    /** Bytes of the blocks that hold frames. */
    synchronized long used() {
        return (made - idle.size()) * BLOCK;
    }
}
