package dev.cordon.payara;

import dev.cordon.websocket.CloseCause;
import dev.cordon.websocket.CloseCodes;
import dev.cordon.websocket.FrameDecoder;
import dev.cordon.websocket.FrameHeader;
import dev.cordon.websocket.PartialMessages;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.WireFault;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * A client's input, checked by {@link FrameDecoder} before the container's own engine reads it, because the engine
 * accepts what RFC 6455 forbids. It passes on pings, pongs and whole messages, each message as one frame. A violation
 * is passed on as a close frame with its code, which the engine answers with the same code. Confined to the thread that
 * reads, except {@link #cut}.
 */
final class CheckedInput extends ServletInputStream implements FrameDecoder.Sink {
    private static final int READ = 16 * 1024;
    private static final int FIN_AND_MASKED = 0x80;

    /** A mask of zeros, which leaves bytes as they are. */
    private static final byte[] MASK = new byte[4];

    /**
     * First of the registered close codes that the engine takes for a protocol error; {@link #UNKNOWN_TO} is the last.
     */
    private static final int UNKNOWN_FROM = 1012;

    private static final int UNKNOWN_TO = 1014;

    private static final long SECOND = 1_000_000_000L;

    private final ServletInputStream from;
    private final FrameDecoder decoder;
    private final boolean binary;
    private final LongSupplier nanos;
    private final Runnable abandon;
    private final byte[] scratch = new byte[READ];
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private byte[] out = {};
    private int at;
    private volatile boolean heard;
    private long second;
    private int controlFrames;

    /**
     * @param binary whether the client sends binary messages, and no text
     * @param abandon closes the connection at once; runs on any thread
     */
    CheckedInput(
            ServletInputStream from, boolean binary, PartialMessages partial, LongSupplier nanos, Runnable abandon) {
        this.from = from;
        this.binary = binary;
        this.decoder = new FrameDecoder(partial);
        this.nanos = nanos;
        this.abandon = abandon;
    }

    /** Reads until there are bytes to pass on, or no more have arrived. */
    private void pump() throws IOException {
        while (at == out.length && from.isReady()) {
            int count = from.read(scratch);
            if (count <= 0) {
                return;
            }
            decoder.decode(scratch, 0, count, this);
            out = passed.toByteArray();
            at = 0;
            passed.reset();
        }
    }

    @Override
    public int available() throws IOException {
        pump();
        return out.length - at;
    }

    @Override
    public boolean isReady() {
        try {
            pump();
        } catch (IOException e) {
            // The container reports the failure to the listener.
            return false;
        }
        return at < out.length;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        pump();
        int count = Math.min(length, out.length - at);
        System.arraycopy(out, at, into, offset, count);
        at += count;
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) == 1 ? one[0] & 0xFF : -1;
    }

    @Override
    public boolean isFinished() {
        return from.isFinished();
    }

    @Override
    public void setReadListener(ReadListener listener) {
        from.setReadListener(listener);
    }

    private void pass(int opcode, byte[] bytes, int begin, int end) {
        int length = end - begin;
        passed.write(FIN_AND_MASKED | opcode);
        if (length < 126) {
            passed.write(FIN_AND_MASKED | length);
        } else if (length < 1 << 16) {
            passed.write(FIN_AND_MASKED | 126);
            bigEndian(length, 2);
        } else {
            passed.write(FIN_AND_MASKED | 127);
            bigEndian(length, 8);
        }
        passed.writeBytes(MASK);
        passed.write(bytes, begin, length);
    }

    private void bigEndian(long value, int bytes) {
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            passed.write((int) (value >> shift));
        }
    }

    @Override
    public boolean binary() {
        return binary;
    }

    @Override
    public void message(byte[] bytes, int begin, int end) {
        heard = true;
        pass(binary ? FrameHeader.BINARY : FrameHeader.TEXT, bytes, begin, end);
    }

    @Override
    public void ping(byte[] body) {
        if (fewEnough()) {
            pass(FrameHeader.PING, body, 0, body.length);
        }
    }

    @Override
    public void pong() {
        if (fewEnough()) {
            pass(FrameHeader.PONG, MASK, 0, 0);
        }
    }

    private boolean fewEnough() {
        long now = nanos.getAsLong();
        if (now - second > SECOND) {
            second = now;
            controlFrames = 0;
        }
        if (++controlFrames > WebSocketConnection.MAX_CONTROL_FRAMES_PER_SECOND) {
            decoder.stop();
            broken(WireFault.FLOOD);
            return false;
        }
        return true;
    }

    @Override
    public void closed(int code) {
        if (code == CloseCodes.NONE) {
            pass(FrameHeader.CLOSE, MASK, 0, 0);
        } else {
            close(code >= UNKNOWN_FROM && code <= UNKNOWN_TO ? CloseCodes.NORMAL : code, "");
        }
    }

    @Override
    public void broken(WireFault fault) {
        close(fault.code(), fault.reason());
    }

    private void close(int code, String reason) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(code >> 8);
        body.write(code);
        body.writeBytes(reason.getBytes(StandardCharsets.US_ASCII));
        pass(FrameHeader.CLOSE, body.toByteArray(), 0, body.size());
    }

    /** Whether the first message, the connect command, has come. Its outcome is not known here. */
    @Override
    public boolean accepted() {
        return heard;
    }

    @Override
    public void cut(CloseCause why) {
        abandon.run();
    }
}
