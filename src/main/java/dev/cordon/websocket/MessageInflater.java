package dev.cordon.websocket;

import dev.cordon.protocol.json.Utf8;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the compressed messages of clients (RFC 7692 §7.2.2), each alone and when it has arrived completely. A
 * decompressor belongs to a message only while it is inflated, and forgets it afterwards. Thread-safe.
 */
final class MessageInflater {
    /** Most ends of DEFLATE data within one message (RFC 7692 §7.2.3.4): each costs a reset. */
    static final int MAX_ENDS = 64;

    /**
     * What is put behind a client's message: the end of the flush, and a last empty block. The data is whole if it ends
     * exactly with that block.
     */
    private static final byte[] END = {0, 0, -1, -1, 1, 0, 0, -1, -1};

    private static final int SHORTEST_OUTPUT = 1024;

    private final CodecPool<Inflater> inflaters;
    private final MessageArrays arrays;

    /** @param most decompressors of 44 KiB; a thread that finds all in use waits until another has computed */
    MessageInflater(int most, MessageArrays arrays) {
        this.inflaters = new CodecPool<>(most, () -> new Inflater(true), Inflater::end);
        this.arrays = arrays;
    }

    /** Frees the memory of all decompressors, and from now on that of each after its use. Idempotent. */
    void end() {
        inflaters.end();
    }

    /**
     * Inflates a client's message and hands it to the sink.
     *
     * @return what is wrong with the message; null if the sink has it
     */
    @Nullable
    WireFault inflate(byte[] message, int from, int to, FrameDecoder.Sink sink) {
        boolean accepted = sink.accepted();
        Output output =
                new Output(accepted ? FrameDecoder.MAX_MESSAGE_BYTES : FrameDecoder.MAX_STRANGERS_BYTES, to - from);
        try {
            WireFault fault = inflate(message, from, to, output);
            if (fault != null) {
                return fault == WireFault.TOO_BIG && !accepted ? WireFault.TOO_EARLY : fault;
            }
            if (!sink.binary() && Utf8.check(Utf8.BOUNDARY, output.bytes, 0, output.length) != Utf8.BOUNDARY) {
                return WireFault.BAD_TEXT;
            }
            sink.message(output.bytes, 0, output.length);
            return null;
        } finally {
            arrays.give(output.bytes);
        }
    }

    private @Nullable WireFault inflate(byte[] message, int from, int to, Output output) {
        Inflater inflater = inflaters.take();
        try {
            inflater.setInput(message, from, to - from);
            return inflate(inflater, message, to, output);
        } catch (DataFormatException e) {
            return WireFault.BAD_COMPRESSION;
        } finally {
            // Forgets the window too: nothing of this message can be referred to by the next.
            inflater.reset();
            inflaters.give(inflater);
        }
    }

    /**
     * Inflates the input that has been set, and {@link #END} behind it.
     *
     * @param to end of the input in {@code message}
     */
    private static @Nullable WireFault inflate(Inflater inflater, byte[] message, int to, Output output)
            throws DataFormatException {
        boolean ending = false;
        for (int ends = 0; ends <= MAX_ENDS; ) {
            int count = output.from(inflater);
            if (output.tooLong()) {
                return WireFault.TOO_BIG;
            }
            if (inflater.finished()) {
                int left = inflater.getRemaining();
                if (ending && left == 0) {
                    return null;
                }
                ends++;
                inflater.reset();
                inflater.setInput(ending ? END : message, (ending ? END.length : to) - left, left);
            } else if (inflater.needsInput()) {
                if (ending) {
                    return WireFault.BAD_COMPRESSION;
                }
                ending = true;
                inflater.setInput(END);
            } else if (count == 0) {
                return WireFault.BAD_COMPRESSION;
            }
        }
        return WireFault.BAD_COMPRESSION;
    }

    /** An array that grows with what is inflated, to one byte more than allowed. */
    private final class Output {
        private final int limit;
        private byte[] bytes;
        private int length;

        /** @param input bytes of the compressed message */
        Output(int limit, int input) {
            this.limit = limit;
            this.bytes = arrays.take(Math.min(limit + 1, Math.max(SHORTEST_OUTPUT, input * 4)));
        }

        boolean tooLong() {
            return length > limit;
        }

        /** Returns the number of bytes that came. */
        int from(Inflater inflater) throws DataFormatException {
            int room = Math.min(bytes.length, limit + 1);
            if (length == room) {
                byte[] larger = arrays.take(Math.min(limit + 1, room * 2));
                System.arraycopy(bytes, 0, larger, 0, length);
                arrays.give(bytes);
                bytes = larger;
                room = Math.min(bytes.length, limit + 1);
            }
            int count = inflater.inflate(bytes, length, room - length);
            length += count;
            return count;
        }
    }
}
