package dev.cordon.socket;

import dev.cordon.protocol.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one client (RFC 6455 §5) from bytes that come in pieces cut anywhere. Bounded: a message has at most {@link
 * #MAX_MESSAGE_BYTES} bytes in {@link #MAX_FRAGMENTS} frames, and its buffer grows with what has really arrived. After a fault or a
 * close frame everything is ignored. Confined to the thread that reads; never throws for anything a peer sends.
 */
final class FrameDecoder {
    static final int MAX_MESSAGE_BYTES = GatewayEndpoint.MAX_FRAME_BYTES;
    static final int MAX_FRAGMENTS = 1024;

    private static final byte[] EMPTY = new byte[0];
    private static final MessageArrays ARRAYS = new MessageArrays();

    /** Who is told what arrived. May be told more after having asked for the end: whatever was in the same read. */
    interface Sink {
        /** A whole message; the bytes are the decoder's again when this returns. */
        void text(byte[] utf8, int from, int to);

        void ping(byte[] body);

        void pong();

        /** The peer's close frame, the last event; the code is 1005 when it gave none. */
        void closed(int code);

        /** The last event too. */
        void broken(WireFault fault);
    }

    private final FrameHeader header = new FrameHeader();
    private byte[] control = EMPTY;
    private byte[] message = EMPTY;
    private int size;
    private int taken;
    private int fragments;
    private int utf8 = Utf8.BOUNDARY;
    private boolean done;

    /** Decodes what lies between {@code from} and {@code to}, and may write there. */
    void decode(byte[] in, int from, int to, Sink sink) {
        int at = from;
        while (at < to && !done) {
            if (!header.complete()) {
                WireFault fault = header.accept(in[at++]);
                if (fault == null && header.complete()) {
                    fault = begin(to - at);
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
    private @Nullable WireFault begin(int available) {
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
        if (!wholeMessage(available)) {
            makeRoom((int) Math.min(available, header.length()));
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
            makeRoom(count);
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

    /** Room for four times what has come, up to what the frame still announces. */
    private void makeRoom(int count) {
        if (message.length - size < count) {
            long announced = size + header.length() - taken;
            byte[] larger = ARRAYS.take((int) Math.max(size + count, Math.min(announced, (size + count) * 4L)));
            System.arraycopy(message, 0, larger, 0, size);
            ARRAYS.give(message);
            message = larger;
        }
    }

    private void end(Sink sink) {
        header.clear();
        if (header.control()) {
            byte[] body = control;
            control = EMPTY;
            control(body, sink);
        } else if (header.last()) {
            boolean whole = utf8 == Utf8.BOUNDARY;
            byte[] text = message;
            int length = size;
            message = EMPTY;
            size = 0;
            fragments = 0;
            if (whole) {
                sink.text(text, 0, length);
            } else {
                fail(WireFault.BAD_TEXT, sink);
            }
            ARRAYS.give(text);
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

    /** Everything that comes from now on is ignored. */
    void stop() {
        end();
    }

    /** Nothing more is read: the peer has closed or broken the rules. */
    boolean done() {
        return done;
    }

    private void end() {
        done = true;
        message = EMPTY;
        control = EMPTY;
    }
}
