package dev.cordon.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of the generator (RFC 6455, client side): handshake, connect command, then messages. Writes gather until
 * {@link #flush}. Confined to the loop's thread.
 */
final class Client implements Loop.Ready {
    /** Where it stands; only ever moves down. */
    enum State {
        CONNECTING,
        UPGRADING,
        JOINING,
        JOINED,
        CLOSED
    }

    private static final byte[] HANDSHAKE = Text.bytes(String.join(
            "\r\n",
            "GET /connection/websocket HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "",
            ""));
    private static final byte[] END_OF_HEAD = Text.bytes("\r\n\r\n");
    private static final byte[] ACCEPTED = Text.bytes("HTTP/1.1 101");
    private static final byte[] PING = Text.bytes("{}");
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};
    private static final int NO_CODE = 1006;

    final String user;
    private final Loop loop;
    private final Listener listener;
    private final byte[] connect;
    private final SelectionKey key;
    private final SocketChannel channel;
    private State state = State.CONNECTING;
    private byte[] rest = NOTHING;
    private byte[] out = NOTHING;
    private int outLength;
    private int closeCode = NO_CODE;
    private @Nullable IOException failure;

    /** What a scenario makes of it. */
    interface Listener {
        default void joined(Client client) {}

        /** One message of a frame: bytes from..to of the buffer, valid during the call only. */
        void message(Client client, byte[] buffer, int from, int to);

        default void ended(Client client) {}
    }

    Client(Loop loop, Target target, String user, boolean publisher, Listener listener, int receiveBuffer)
            throws IOException {
        this.loop = loop;
        this.user = user;
        this.listener = listener;
        this.connect = target.connect(user, publisher);
        this.key = loop.connect(target.address(), this, receiveBuffer);
        this.channel = (SocketChannel) key.channel();
    }

    State state() {
        return state;
    }

    /** The code of the close frame that came, 1006 when none did. */
    int closeCode() {
        return closeCode;
    }

    /** Why the socket failed, null when it did not. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Stops or goes on reading: a stalled neighbour. */
    void reading(boolean on) {
        if (key.isValid()) {
            key.interestOps(on ? SelectionKey.OP_READ : 0);
        }
    }

    @Override
    public void ready(SelectionKey ready) {
        try {
            if (ready.isConnectable()) {
                channel.finishConnect();
                handshake();
            } else if (ready.isValid() && ready.isReadable()) {
                read();
            }
            if (ready.isValid() && ready.isWritable()) {
                flush();
            }
        } catch (IOException e) {
            failure = e;
            end();
        }
    }

    private void handshake() {
        state = State.UPGRADING;
        key.interestOps(SelectionKey.OP_READ);
        append(HANDSHAKE);
        flush();
    }

    private void read() throws IOException {
        ByteBuffer network = loop.network;
        byte[] work = loop.work;
        network.clear();
        int count = channel.read(network);
        if (count < 0) {
            end();
            return;
        }
        int length = rest.length + count;
        System.arraycopy(rest, 0, work, 0, rest.length);
        network.flip().get(work, rest.length, count);
        rest = NOTHING;
        int used = state == State.UPGRADING ? head(work, length) : 0;
        if (state != State.UPGRADING) {
            used = frames(work, used, length);
        }
        rest = used == length ? NOTHING : Arrays.copyOfRange(work, used, length);
    }

    private int head(byte[] work, int length) throws IOException {
        int end = Text.indexOf(work, 0, length, END_OF_HEAD);
        if (end < 0) {
            return 0;
        }
        if (!Text.startsWith(work, 0, length, ACCEPTED)) {
            throw new IOException(
                    "handshake rejected: " + new String(work, 0, Math.min(length, 60), StandardCharsets.ISO_8859_1));
        }
        state = State.JOINING;
        send(connect, connect.length);
        flush();
        return end + END_OF_HEAD.length;
    }

    private int frames(byte[] work, int from, int to) {
        int at = from;
        while (to - at >= 2 && state != State.CLOSED) {
            int length = work[at + 1] & 0x7f;
            int header = length == 126 ? 4 : length == 127 ? 10 : 2;
            if (to - at < header) {
                break;
            }
            for (int i = 2; i < header; i++) {
                length = (i == 2 ? 0 : length << 8) | (work[at + i] & 0xff);
            }
            if (to - at - header < length) {
                break;
            }
            frame(work[at] & 0x0f, work, at + header, at + header + length);
            at += header + length;
        }
        return at;
    }

    private void frame(int opcode, byte[] work, int from, int to) {
        if (opcode <= 2) {
            messages(work, from, to);
        } else if (opcode == 8) {
            closeCode = to - from >= 2 ? ((work[from] & 0xff) << 8) | (work[from + 1] & 0xff) : 1005;
            append(0x8, work, to - from >= 2 ? 2 : 0, from);
            flush();
        } else if (opcode == 9) {
            append(0xA, work, to - from, from);
            flush();
        }
    }

    private void messages(byte[] work, int from, int to) {
        int at = from;
        for (int i = from; i <= to; i++) {
            if (i == to || work[i] == '\n') {
                message(work, at, i);
                at = i + 1;
            }
        }
    }

    private void message(byte[] work, int from, int to) {
        if (to - from <= PING.length) {
            send(PING, PING.length);
            flush();
        } else if (state == State.JOINING) {
            state = State.JOINED;
            listener.joined(this);
        } else {
            listener.message(this, work, from, to);
        }
    }

    /** Adds one text frame to what the next {@link #flush} writes. */
    void send(byte[] text, int length) {
        append(0x1, text, length, 0);
    }

    private void append(int opcode, byte[] body, int length, int from) {
        room(length + 14);
        out[outLength++] = (byte) (0x80 | opcode);
        if (length < 126) {
            out[outLength++] = (byte) (0x80 | length);
        } else if (length < 65536) {
            out[outLength++] = (byte) (0x80 | 126);
            out[outLength++] = (byte) (length >> 8);
            out[outLength++] = (byte) length;
        } else {
            out[outLength++] = (byte) (0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out[outLength++] = (byte) ((long) length >> shift);
            }
        }
        System.arraycopy(MASK, 0, out, outLength, MASK.length);
        outLength += MASK.length;
        for (int i = 0; i < length; i++) {
            out[outLength + i] = (byte) (body[from + i] ^ MASK[i & 3]);
        }
        outLength += length;
    }

    private void append(byte[] raw) {
        room(raw.length);
        System.arraycopy(raw, 0, out, outLength, raw.length);
        outLength += raw.length;
    }

    private void room(int more) {
        if (outLength + more > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, outLength + more));
        }
    }

    void flush() {
        if (outLength == 0 || state == State.CLOSED) {
            return;
        }
        try {
            int written = channel.write(ByteBuffer.wrap(out, 0, outLength));
            System.arraycopy(out, written, out, 0, outLength - written);
            outLength -= written;
            int reading = key.interestOps() & SelectionKey.OP_READ;
            key.interestOps(outLength > 0 ? reading | SelectionKey.OP_WRITE : reading);
        } catch (IOException e) {
            failure = e;
            end();
        }
    }

    /** Says goodbye; the server's answer ends it. */
    void leave() {
        append(0x8, new byte[] {0x03, (byte) 0xe8}, 2, 0);
        flush();
    }

    /** Closes the socket at once. */
    void end() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        try {
            channel.close();
        } catch (IOException e) {
            failure = e;
        }
        listener.ended(this);
    }
}
