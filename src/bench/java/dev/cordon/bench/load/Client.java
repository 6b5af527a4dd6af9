package dev.cordon.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the generator: an HTTP request, its answer's head, then messages. Writes gather until {@link #flush}.
 * Confined to the loop's thread.
 */
abstract class Client implements Loop.Ready {
    /** Where it stands; only ever moves down. */
    enum State {
        CONNECTING,
        UPGRADING,
        JOINING,
        JOINED,
        CLOSED
    }

    static final byte[] NOTHING = new byte[0];
    private static final byte[] END_OF_HEAD = Text.bytes("\r\n\r\n");
    private static final int NO_CODE = 1006;

    final String user;
    /** What stands in a push that is this user's, where {@link Way#owner(byte[], int, int)} says. */
    final byte[] owner;

    final Loop loop;
    final Way way;
    private final Listener listener;
    private final SelectionKey key;
    private final SocketChannel channel;
    private State state = State.CONNECTING;
    private byte[] rest = NOTHING;
    /** What waits to be written: the first {@link #outLength} bytes. */
    byte[] out = NOTHING;

    int outLength;
    private int closeCode = NO_CODE;
    private @Nullable IOException failure;

    /** What a scenario makes of it. */
    interface Listener {
        default void joined(Client client) {}

        /** One message of a frame: bytes from..to of the buffer, valid during the call only. */
        void message(Client client, byte[] buffer, int from, int to);

        /** A request to {@code /emulation}: a two-way stream answers a ping by it, over another connection. */
        default void emulate(Text body) {}

        default void ended(Client client) {}
    }

    Client(Loop loop, Target target, Way way, String user, Listener listener, int receiveBuffer) throws IOException {
        this.loop = loop;
        this.way = way;
        this.user = user;
        this.owner = way.owner(user);
        this.listener = listener;
        this.key = loop.connect(target.address(), this, receiveBuffer);
        this.channel = (SocketChannel) key.channel();
    }

    /** A client that receives, in the server's way. */
    static Client receiver(Loop loop, Target target, String user, Listener listener, int receiveBuffer)
            throws IOException {
        return target.way().stream()
                ? new StreamClient(loop, target, user, listener, receiveBuffer)
                : new WebSocketClient(loop, target, user, false, listener, receiveBuffer);
    }

    /** What it sends first. */
    abstract byte[] request();

    /** What the head of the answer begins with. */
    abstract byte[] accepted();

    /** Takes what has come behind the head, whole parts only. Returns where the rest begins. */
    abstract int take(byte[] work, int from, int to) throws IOException;

    /** Adds one message to what the next {@link #flush} writes. */
    abstract void send(byte[] text, int length);

    /** Says goodbye. */
    abstract void leave();

    State state() {
        return state;
    }

    /** Why the server ended it, 1006 when it did not say. */
    int closeCode() {
        return closeCode;
    }

    void closeCode(int code) {
        closeCode = code;
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
                state = State.UPGRADING;
                key.interestOps(SelectionKey.OP_READ);
                append(request());
                flush();
            } else if (ready.isValid() && ready.isReadable()) {
                read();
            }
            if (ready.isValid() && ready.isWritable()) {
                flush();
            }
        } catch (IOException e) {
            fail(e);
        }
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
        loop.received += count;
        int length = rest.length + count;
        System.arraycopy(rest, 0, work, 0, rest.length);
        network.flip().get(work, rest.length, count);
        rest = NOTHING;
        int used = state == State.UPGRADING ? head(work, length) : 0;
        if (state != State.UPGRADING) {
            used = take(work, used, length);
        }
        rest = used == length ? NOTHING : Arrays.copyOfRange(work, used, length);
    }

    private int head(byte[] work, int length) throws IOException {
        int end = Text.indexOf(work, 0, length, END_OF_HEAD);
        if (end < 0) {
            return 0;
        }
        if (!Text.startsWith(work, 0, length, accepted())) {
            throw new IOException(
                    "request rejected: " + new String(work, 0, Math.min(length, 60), StandardCharsets.ISO_8859_1));
        }
        state = State.JOINING;
        begin(new String(work, 0, end, StandardCharsets.ISO_8859_1));
        return end + END_OF_HEAD.length;
    }

    /** Called once behind the answer's head. */
    abstract void begin(String head);

    /** Hands a message over; the first one is the reply to the connect command. */
    final void arrived(byte[] buffer, int from, int to) {
        if (state == State.JOINING) {
            state = State.JOINED;
            listener.joined(this);
        } else {
            listener.message(this, buffer, from, to);
        }
    }

    final void emulate(Text body) {
        listener.emulate(body);
    }

    private void append(byte[] raw) {
        room(raw.length);
        System.arraycopy(raw, 0, out, outLength, raw.length);
        outLength += raw.length;
    }

    final void room(int more) {
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
            fail(e);
        }
    }

    final void fail(IOException why) {
        failure = why;
        end();
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
