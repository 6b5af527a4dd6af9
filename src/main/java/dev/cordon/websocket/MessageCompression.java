package dev.cordon.websocket;

import dev.cordon.protocol.Frame;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The compression of messages with permessage-deflate without context takeover (RFC 7692 §7.2, ADR 0039).
 *
 * <ul>
 *   <li>A publication is compressed once for all its receivers, when the first of them is written to. Cordon never
 *       compresses two messages together, so the length of one tells nothing of another.
 *   <li>What is shorter than {@link #LEAST_BYTES}, does not get shorter, or finds all compressors in use goes out as it
 *       is, which the RFC allows for each message.
 *   <li>A client's message is inflated when it has arrived completely, and to no more bytes than it may have
 *       uncompressed ({@link MessageInflater}).
 * </ul>
 *
 * <p>Memory: at most {@link #MOST} compressors of 256 KiB and as many decompressors of 44 KiB, outside the heap.
 * Thread-safe.
 */
public final class MessageCompression {
    /** Shortest publication that is compressed, in bytes of its frame. A shorter one fits into one packet anyway. */
    public static final int LEAST_BYTES = 1024;

    /** Most compressors, and most decompressors. Each is in use while a thread computes, so more would only wait. */
    static final int MOST = Math.max(2, Math.min(16, Runtime.getRuntime().availableProcessors()));

    /** The end of a flush, which the sender leaves off (RFC 7692 §7.2.1). */
    private static final int FLUSH_BYTES = 4;

    private final CodecPool<Deflater> deflaters;
    private final MessageInflater inflater;
    private final MessageArrays arrays = new MessageArrays();
    private final Listener listener;
    private final Function<Frame, @Nullable Frame> deflate = this::deflate;

    /** Hears of each publication, once for all its receivers. Called on any thread. */
    public interface Listener {
        /**
         * A publication was compressed.
         *
         * @param before bytes of its frame
         * @param after bytes of the compressed frame; as many as before if it did not get shorter
         */
        void compressed(int before, int after);

        /** A publication goes to a receiver as it is, because all compressors are in use. */
        void noneFree();
    }

    public MessageCompression(Listener listener) {
        this(listener, MOST);
    }

    /** @param most compressors, and decompressors */
    MessageCompression(Listener listener, int most) {
        this.listener = listener;
        // Level 1: most publications go to one user, so that few receivers share the work.
        this.deflaters = new CodecPool<>(most, () -> new Deflater(Deflater.BEST_SPEED, true), Deflater::end);
        this.inflater = new MessageInflater(most, arrays);
    }

    /** Frees the memory of all compressors and decompressors, and from now on that of each after its use. Idempotent. */
    public void end() {
        deflaters.end();
        inflater.end();
    }

    /** Returns the frame of a message, compressed if that is allowed, possible and of use. */
    ServerFrame message(Frame message) {
        if (!message.onePublication() || message.size() < LEAST_BYTES) {
            return ServerFrames.message(message);
        }
        Frame compressed = message.compressed(deflate);
        return compressed == null || compressed == message
                ? ServerFrames.message(message)
                : ServerFrames.compressed(compressed);
    }

    /** Returns null if all compressors are in use, and the message itself if it does not get shorter. */
    private @Nullable Frame deflate(Frame message) {
        Deflater deflater = deflaters.tryTake();
        if (deflater == null) {
            listener.noneFree();
            return null;
        }
        int size = message.size();
        byte[] plain = arrays.take(size);
        byte[] shorter = arrays.take(size);
        try {
            message.putTo(ByteBuffer.wrap(plain));
            deflater.setInput(plain, 0, size);
            int length = deflater.deflate(shorter, 0, size, Deflater.SYNC_FLUSH);
            // If the room is full, the flush may be incomplete.
            if (length == size) {
                listener.compressed(size, size);
                return message;
            }
            listener.compressed(size, length - FLUSH_BYTES);
            return Frame.filled(
                    length - FLUSH_BYTES,
                    message.binary(),
                    to -> System.arraycopy(shorter, 0, to, 0, length - FLUSH_BYTES));
        } finally {
            deflater.reset();
            deflaters.give(deflater);
            arrays.give(plain);
            arrays.give(shorter);
        }
    }

    /** @see MessageInflater#inflate */
    @Nullable
    WireFault inflate(byte[] message, int from, int to, FrameDecoder.Sink sink) {
        return inflater.inflate(message, from, to, sink);
    }
}
