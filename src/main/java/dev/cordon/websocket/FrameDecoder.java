package dev.cordon.websocket;

import dev.cordon.protocol.json.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the frames of one client (RFC 6455 §5) from bytes that arrive in pieces cut anywhere.
 *
 * <p>A message has at most {@link #MAX_MESSAGE_BYTES} bytes in {@link #MAX_FRAGMENTS} frames, and at most {@link
 * #MAX_STRANGERS_BYTES} before the peer has connected. A compressed one has at most as many bytes before and after it is
 * inflated. Its buffer grows with the bytes that have really arrived, and is
 * counted in {@link PartialMessages}. After a fault or a close frame all input is ignored.
 *
 * <p>Confined to the reading thread, except for {@link #stop}. Never throws, whatever a peer sends.
 */
public final class FrameDecoder {
    /** Most bytes of a message. The setting {@code cordon.message.max-bytes} is checked later, for each payload. */
    public static final int MAX_MESSAGE_BYTES = 1024 * 1024;

    public static final int MAX_FRAGMENTS = 1024;

    /** Most bytes of a message before connect is accepted: twice a connect command, whose token has at most 8 KiB. */
    public static final int MAX_STRANGERS_BYTES = 16 * 1024;

    private static final byte[] EMPTY = new byte[0];

    /** Receives the decoded frames. After it has asked for the end, it may still get the rest of the same read. */
    public interface Sink {
        /** Whether the peer sends binary messages, and no text. It never changes. */
        boolean binary();

        /**
         * A complete message: a valid text, or any bytes if {@link #binary}. The decoder reuses the bytes when this
         * returns.
         */
        void message(byte[] bytes, int from, int to);

        /**
         * Counts a compressed message before it is inflated.
         *
         * @param bytes of the message as it came
         * @return false if nobody takes the message: then it is ignored, and costs no inflating
         */
        default boolean inflates(int bytes) {
            return true;
        }

        void ping(byte[] body);

        void pong();

        /** The peer's close frame, after which no event follows. The code is 1005 if the frame had none. */
        void closed(int code);

        /** The peer broke the protocol. No event follows. */
        void broken(WireFault fault);

        /** Whether the peer's connect command was accepted. Called on any thread. */
        boolean accepted();

        /**
         * The partly received message was dropped: the connection must end. Called on any thread, even during a read.
         */
        void cut(CloseCause why);
    }

    private final PartialMessages partial;
    /** Inflates the peer's messages; null if the peer may not compress them. */
    private final @Nullable MessageCompression compression;

    private final FrameHeader header = new FrameHeader();
    private byte[] control = EMPTY;
    /** The message of which an earlier read or frame brought a part; null between messages. */
    private volatile @Nullable PartialMessage half;

    private int size;
    private int taken;
    private short fragments;
    private int utf8 = Utf8.BOUNDARY;
    /** Whether the message that has begun is compressed. */
    private boolean compressed;

    private volatile boolean done;

    public FrameDecoder(PartialMessages partial) {
        this(partial, null);
    }

    /** @param compression inflates the peer's messages; null if the peer may not compress them */
    FrameDecoder(PartialMessages partial, @Nullable MessageCompression compression) {
        this.partial = partial;
        this.compression = compression;
    }

    /** Decodes the bytes between {@code from} and {@code to}, which it may overwrite. */
    public void decode(byte[] in, int from, int to, Sink sink) {
        int at = from;
        while (at < to && !done) {
            if (!header.complete()) {
                WireFault fault = header.accept(in[at++], compression != null);
                if (fault == null && header.complete()) {
                    fault = begin(to - at, sink);
                }
                if (fault != null) {
                    fail(fault, sink);
                    return;
                }
            }
            if (header.complete() && wholeMessage(to - at)) {
                at = takeInPlace(in, at, sink);
            } else if (header.complete()) {
                int count = (int) Math.min(to - at, header.length() - taken);
                take(in, at, count, sink);
                at += count;
            }
        }
    }

    /**
     * Checks a complete header and makes room for its payload. The bytes at hand count already, so that a message of up
     * to four reads gets its final array at once.
     */
    private @Nullable WireFault begin(int available, Sink sink) {
        taken = 0;
        if (header.control()) {
            control = header.length() == 0 ? EMPTY : new byte[(int) header.length()];
            return null;
        }
        if (header.opcode() != FrameHeader.CONTINUATION && (header.opcode() == FrameHeader.BINARY) != sink.binary()) {
            return sink.binary() ? WireFault.TEXT : WireFault.BINARY;
        }
        if ((header.opcode() == FrameHeader.CONTINUATION) != fragments > 0) {
            return WireFault.PROTOCOL;
        }
        if (header.length() > MAX_MESSAGE_BYTES - size || ++fragments > MAX_FRAGMENTS) {
            return WireFault.TOO_BIG;
        }
        if (header.length() > MAX_STRANGERS_BYTES - size && !sink.accepted()) {
            return WireFault.TOO_EARLY;
        }
        if (header.opcode() != FrameHeader.CONTINUATION) {
            compressed = header.compressed();
        }
        if (!wholeMessage(available)) {
            makeRoom((int) Math.min(available, header.length()), sink);
        }
        return null;
    }

    /** Whether the frame is a whole message and completely at hand, as most are. */
    private boolean wholeMessage(int available) {
        return taken == 0
                && (header.opcode() == FrameHeader.TEXT || header.opcode() == FrameHeader.BINARY)
                && header.last()
                && header.length() > 0
                && header.length() <= available;
    }

    /** Unmasks a whole message in place. The bytes are copied once, by the receiver that keeps a part of them. */
    private int takeInPlace(byte[] in, int at, Sink sink) {
        int count = (int) header.length();
        Masking.unmask(in, at, in, at, count, header.mask(), 0);
        header.clear();
        fragments = 0;
        if (compressed) {
            inflate(in, at, at + count, sink);
        } else if (sink.binary() || Utf8.check(Utf8.BOUNDARY, in, at, at + count) == Utf8.BOUNDARY) {
            sink.message(in, at, at + count);
        } else {
            fail(WireFault.BAD_TEXT, sink);
        }
        return at + count;
    }

    private void take(byte[] in, int at, int count, Sink sink) {
        if (header.control()) {
            Masking.unmask(in, at, control, taken, count, header.mask(), taken);
        } else if (count > 0) {
            byte[] message = makeRoom(count, sink);
            if (message.length - size < count) {
                // Another thread has dropped the message and closes the connection.
                end();
                return;
            }
            Masking.unmask(in, at, message, size, count, header.mask(), taken);
            if (!compressed && !sink.binary()) {
                utf8 = Utf8.check(utf8, message, size, size + count);
            }
            size += count;
            if (utf8 == Utf8.INVALID) {
                fail(WireFault.BAD_TEXT, sink);
                return;
            }
        }
        taken += count;
        if (taken == header.length()) {
            end(sink);
        }
    }

    /**
     * Returns the message's array with room for {@code count} more bytes. A new array is four times as long as the
     * bytes that have arrived, but at most as long as announced. The array is too short if the message has been
     * dropped.
     */
    private byte[] makeRoom(int count, Sink sink) {
        PartialMessage of = half;
        if (of == null) {
            if (count == 0) {
                return EMPTY;
            }
            of = partial.begin(sink);
            half = of;
            if (done) {
                // Another thread has stopped the decoder meanwhile, and did not see this message.
                of.drop();
            }
        }
        if (of.bytes().length - size < count) {
            long announced = size + header.length() - taken;
            of.grow((int) Math.min(announced, (size + count) * 4L), size);
        }
        return of.bytes();
    }

    private void end(Sink sink) {
        header.clear();
        if (header.control()) {
            byte[] body = control;
            control = EMPTY;
            control(body, sink);
        } else if (header.last()) {
            whole(sink);
        }
    }

    private void whole(Sink sink) {
        PartialMessage of = half;
        byte[] text = of == null ? EMPTY : of.take();
        int length = size;
        half = null;
        size = 0;
        fragments = 0;
        if (utf8 != Utf8.BOUNDARY) {
            fail(WireFault.BAD_TEXT, sink);
        } else if (text.length < length) {
            // Another thread has dropped the message at the last moment.
            end();
        } else if (compressed) {
            inflate(text, 0, length, sink);
        } else {
            sink.message(text, 0, length);
        }
        PartialMessage.giveBack(text);
    }

    private void inflate(byte[] message, int from, int to, Sink sink) {
        MessageCompression by = compression;
        if (!sink.inflates(to - from)) {
            return;
        }
        WireFault fault = by == null ? WireFault.PROTOCOL : by.inflate(message, from, to, sink);
        if (fault != null) {
            fail(fault, sink);
        }
    }

    private void control(byte[] body, Sink sink) {
        switch (header.opcode()) {
            case FrameHeader.PING -> sink.ping(body);
            case FrameHeader.PONG -> sink.pong();
            default -> close(body, sink);
        }
    }

    private void close(byte[] body, Sink sink) {
        int code = body.length < 2 ? CloseCodes.NONE : ((body[0] & 0xFF) << 8) | (body[1] & 0xFF);
        if (body.length == 1 || (body.length > 1 && !CloseCodes.mayBeSent(code))) {
            fail(WireFault.PROTOCOL, sink);
        } else if (body.length > 2 && Utf8.check(Utf8.BOUNDARY, body, 2, body.length) != Utf8.BOUNDARY) {
            fail(WireFault.BAD_TEXT, sink);
        } else {
            end();
            sink.closed(code);
        }
    }

    private void fail(WireFault fault, Sink sink) {
        end();
        sink.broken(fault);
    }

    /** Ignores all further input and drops a partly received message. Any thread. */
    public void stop() {
        end();
    }

    private void end() {
        done = true;
        PartialMessage of = half;
        if (of != null) {
            of.drop();
        }
    }
}
