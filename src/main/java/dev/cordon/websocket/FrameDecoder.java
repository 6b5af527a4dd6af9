package dev.cordon.websocket;

import dev.cordon.protocol.json.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one client (RFC 6455 §5) from bytes that come in pieces cut anywhere. Bounded: a message has at most {@link
 * #MAX_MESSAGE_BYTES} bytes in {@link #MAX_FRAGMENTS} frames, {@link #MAX_STRANGERS_BYTES} before the peer has connected, and its buffer grows
 * with what has really arrived, counted in {@link PartialMessages}. After a fault or a close frame everything is ignored. Confined to the
 * thread that reads, but for {@link #stop}; never throws for anything a peer sends.
 */
public final class FrameDecoder {
    /** Bytes of one message. The setting {@code cordon.message.max-bytes} is checked for each payload. */
    public static final int MAX_MESSAGE_BYTES = 1024 * 1024;

    public static final int MAX_FRAGMENTS = 1024;

    /** A connect command, twice: a token has 8 KiB at most. */
    public static final int MAX_STRANGERS_BYTES = 16 * 1024;

    private static final byte[] EMPTY = new byte[0];

    /** Who is told what arrived. May be told more after having asked for the end: whatever was in the same read. */
    public interface Sink {
        /** A whole message; the bytes are the decoder's again when this returns. */
        void text(byte[] utf8, int from, int to);

        void ping(byte[] body);

        void pong();

        /** The peer's close frame, the last event; the code is 1005 when it gave none. */
        void closed(int code);

        /** The last event too. */
        void broken(WireFault fault);

        /** Whether its connect command was accepted. Any thread. */
        boolean accepted();

        /** Its message was dropped half-received: the connection ends. Any thread, while others go on. */
        void cut(CloseCause why);
    }

    private final PartialMessages partial;
    private final FrameHeader header = new FrameHeader();
    private byte[] control = EMPTY;
    /** What has arrived of a message in an earlier read or frame; null between messages. */
    private volatile @Nullable PartialMessage half;

    private int size;
    private int taken;
    private int fragments;
    private int utf8 = Utf8.BOUNDARY;
    private volatile boolean done;

    public FrameDecoder(PartialMessages partial) {
        this.partial = partial;
    }

    /** Decodes what lies between {@code from} and {@code to}, and may write there. */
    public void decode(byte[] in, int from, int to, Sink sink) {
        int at = from;
        while (at < to && !done) {
            if (!header.complete()) {
                WireFault fault = header.accept(in[at++]);
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

    /** A header is complete; with the payload bytes at hand, messages of up to four reads get their final array at once. */
    private @Nullable WireFault begin(int available, Sink sink) {
        taken = 0;
        if (header.control()) {
            control = header.length() == 0 ? EMPTY : new byte[(int) header.length()];
            return null;
        }
        if (header.opcode() == FrameHeader.BINARY) {
            return WireFault.BINARY;
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
        if (!wholeMessage(available)) {
            makeRoom((int) Math.min(available, header.length()), sink);
        }
        return null;
    }

    /** Most messages come in one frame and one read. */
    private boolean wholeMessage(int available) {
        return taken == 0
                && header.opcode() == FrameHeader.TEXT
                && header.last()
                && header.length() > 0
                && header.length() <= available;
    }

    /** Takes the mask off where the bytes lie: they are copied once, by whoever keeps a part of them. */
    private int takeInPlace(byte[] in, int at, Sink sink) {
        int count = (int) header.length();
        Masking.unmask(in, at, in, at, count, header.mask(), 0);
        header.clear();
        fragments = 0;
        if (Utf8.check(Utf8.BOUNDARY, in, at, at + count) == Utf8.BOUNDARY) {
            sink.text(in, at, at + count);
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
                // Dropped by another thread, which closes the connection.
                end();
                return;
            }
            Masking.unmask(in, at, message, size, count, header.mask(), taken);
            utf8 = Utf8.check(utf8, message, size, size + count);
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

    /** Room for four times what has come, up to what the frame still announces. Shorter when the message has been dropped. */
    private byte[] makeRoom(int count, Sink sink) {
        PartialMessage of = half;
        if (of == null) {
            if (count == 0) {
                return EMPTY;
            }
            of = partial.begin(sink);
            half = of;
            if (done) {
                // Stopped in between by a thread that did not see it.
                of.drop();
            }
        }
        if (of.bytes().length - size < count) {
            long announced = size + header.length() - taken;
            of.grow((int) Math.max(size + count, Math.min(announced, (size + count) * 4L)), size);
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
            // Dropped by another thread at the last moment.
            end();
        } else {
            sink.text(text, 0, length);
        }
        PartialMessage.giveBack(text);
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

    /** Everything that comes from now on is ignored, and what has come in part is dropped. Any thread. */
    public void stop() {
        end();
    }

    /** Nothing more is read: the peer has closed or broken the rules. */
    boolean done() {
        return done;
    }

    private void end() {
        done = true;
        PartialMessage of = half;
        if (of != null) {
            of.drop();
        }
    }
}
