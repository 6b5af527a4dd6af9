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
 * A pool of direct memory for frames that wait for a stalled reader. The collector would copy them in its pauses, and has nothing to
 * do with them here (ADR 0011). A block belongs to one frame at a time and is kept for the next. A frame that finds no room stays on
 * the heap. Thread-safe; nothing is allocated or copied under its lock.
 *
 * <p>Not the log's {@code BlockPool}: that one has no bound of its own and gives memory back to the collector. Direct memory is
 * bounded, may be refused, and is freed only by a full collection, so that this pool keeps its blocks.
 */
final class OffHeapFrames {
    /** Bytes of a block; the last one of a frame is on average half empty. */
    static final int BLOCK = 8 * 1024;

    /** Bytes of the smallest frame that is worth a block. */
    static final int SMALLEST = BLOCK / 2;

    private static final System.Logger LOG = System.getLogger(OffHeapFrames.class.getName());

    /** Bytes of direct memory that the runtime gives, to the sockets' buffers too. */
    static final long MAX_DIRECT_BYTES = maxDirectBytes();

    private final IntFunction<ByteBuffer> maker;
    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
    private long made;
    private boolean ended;

    OffHeapFrames() {
        this(ByteBuffer::allocateDirect);
    }

    /** @param maker of a block of so many bytes; an {@link OutOfMemoryError} says that no more can be had */
    OffHeapFrames(IntFunction<ByteBuffer> maker) {
        this.maker = maker;
    }

    /** The runtime's own figure, read without its class, which a server need not show to an application. */
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
            LOG.log(Level.DEBUG, "How much direct memory there is is unknown: it is taken to be as much as heap", e);
            return Runtime.getRuntime().maxMemory();
        }
    }

    /** A stored frame, for its owner alone. Has no reference to other frames or to the pool. */
    static final class Stored {
        private final int size;
        private ByteBuffer @Nullable [] blocks;

        private Stored(int size, ByteBuffer[] blocks) {
            this.size = size;
            this.blocks = blocks;
        }

        /** Bytes. */
        int size() {
            return size;
        }

        /**
         * A copy on the heap. Not while another thread frees it.
         *
         * @throws IllegalStateException when it is free
         */
        Frame frame() {
            ByteBuffer[] from = blocks;
            if (from == null) {
                throw new IllegalStateException("the frame has been freed");
            }
            return Frame.filled(size, bytes -> {
                for (int i = 0; i < from.length; i++) {
                    from[i].get(0, bytes, i * BLOCK, Math.min(BLOCK, size - i * BLOCK));
                }
            });
        }
    }

    /**
     * Copies a frame.
     *
     * @param maxBytes of all blocks together
     * @return the {@link Stored} one, or the same frame when there is no room for it
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
        return new Stored(frame.size(), taken);
    }

    /** @return how many must still be made, which are counted already; negative when there is no room for them */
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
            // For good: the runtime runs full collections before it says that there is none.
            endWithout(into.length);
            LOG.log(
                    Level.WARNING,
                    "Large messages for readers who have stalled wait on the heap from now on: no memory for them beside it ({0}). Give the process more (-XX:MaxDirectMemorySize, -Xmx) or lower cordon.queue.total-max-bytes",
                    e.getMessage());
            return false;
        }
    }

    private synchronized void endWithout(int taken) {
        made -= taken;
        end();
    }

    /** Takes back the blocks of a frame. A second time does nothing. */
    synchronized void free(Stored stored) {
        ByteBuffer[] given = stored.blocks;
        if (given == null) {
            return;
        }
        // First, so that none is given twice whatever happens.
        stored.blocks = null;
        if (ended) {
            made -= given.length;
            return;
        }
        for (ByteBuffer block : given) {
            idle.addLast(block);
        }
    }

    /** Stores nothing from now on, and keeps no block: the application ends, and its server may keep its classes. */
    synchronized void end() {
        ended = true;
        made -= idle.size();
        idle.clear();
    }

    /** Bytes of all blocks. */
    synchronized long kept() {
        return made * BLOCK;
    }

    /** Bytes of blocks that hold something. */
    synchronized long used() {
        return (made - idle.size()) * BLOCK;
    }
}
