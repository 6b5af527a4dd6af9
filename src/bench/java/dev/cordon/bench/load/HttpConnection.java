package dev.cordon.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** One keep-alive HTTP connection with one request under way. Confined to the loop's thread. */
final class HttpConnection implements Loop.Ready {
    private static final byte[] END_OF_HEAD = Text.bytes("\r\n\r\n");
    private static final byte[] LAST_CHUNK = Text.bytes("\r\n0\r\n\r\n");

    private final Loop loop;
    private final SelectionKey key;
    private final SocketChannel channel;
    private final String apiKey;
    private final Runnable changed;
    private byte[] input = new byte[16 * 1024];
    private int length;
    private ByteBuffer output = ByteBuffer.allocate(0);
    private boolean connected;
    private boolean busy;
    private boolean spent;
    private int status;
    private String failure = "";

    HttpConnection(Loop loop, Target target) throws IOException {
        this(loop, target, () -> {});
    }

    /** @param changed runs in the loop when it is connected, answered, or has ended */
    HttpConnection(Loop loop, Target target, Runnable changed) throws IOException {
        this.loop = loop;
        this.apiKey = target.apiKey();
        this.changed = changed;
        this.key = loop.connect(target.address(), this, 0);
        this.channel = (SocketChannel) key.channel();
    }

    boolean idle() {
        return connected && !busy && !spent && failure.isEmpty();
    }

    /** Whether an answer is awaited. */
    boolean busy() {
        return busy;
    }

    /** Whether the server has ended it after an answer (Payara does after 256): to be replaced by a new one. */
    boolean spent() {
        return spent;
    }

    /** Status of the last answer, 0 before the first. */
    int status() {
        return status;
    }

    /** What became of the connection; empty while it lives. */
    String failure() {
        return failure;
    }

    void post(String path, Text body) {
        byte[] head = Text.bytes("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " + apiKey
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n");
        byte[] request = Arrays.copyOf(head, head.length + body.length());
        System.arraycopy(body.array(), 0, request, head.length, body.length());
        output = ByteBuffer.wrap(request);
        busy = true;
        length = 0;
        try {
            write();
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    private void write() throws IOException {
        channel.write(output);
        key.interestOps(output.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    @Override
    public void ready(SelectionKey ready) {
        try {
            if (ready.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                connected = true;
                changed.run();
            } else if (ready.isReadable()) {
                read();
            }
            if (ready.isValid() && ready.isWritable()) {
                write();
            }
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    private void read() throws IOException {
        loop.network.clear();
        int count = channel.read(loop.network);
        if (count < 0) {
            spent = !busy;
            fail(busy ? "closed by the server" : "");
            return;
        }
        if (length + count > input.length) {
            input = Arrays.copyOf(input, Math.max(input.length * 2, length + count));
        }
        loop.network.flip().get(input, length, count);
        length += count;
        if (complete()) {
            status = (int) Text.number(input, 9, 12);
            busy = false;
            if (spent) {
                close();
            }
            changed.run();
        }
    }

    private boolean complete() {
        int end = Text.indexOf(input, 0, length, END_OF_HEAD);
        if (end < 0) {
            return false;
        }
        String head = new String(input, 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        spent = head.contains("connection: close");
        if (head.startsWith("http/1.1 204")) {
            return true;
        }
        int declared = head.indexOf("content-length:");
        if (declared < 0) {
            return Text.indexOf(input, end, length, LAST_CHUNK) >= 0;
        }
        String size =
                head.substring(declared + 15).lines().findFirst().orElse("0").trim();
        return length - end - END_OF_HEAD.length >= Integer.parseInt(size);
    }

    /** The last answer's body, for a remark when it was an error. */
    String body() {
        int end = Text.indexOf(input, 0, length, END_OF_HEAD);
        String body = end < 0 ? "" : new String(input, end + 4, length - end - 4, StandardCharsets.UTF_8);
        return body.startsWith("{") ? body.substring(0, Math.min(120, body.length())) : "";
    }

    private void fail(String why) {
        failure = why;
        close();
        changed.run();
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            failure = e.toString();
        }
    }
}
