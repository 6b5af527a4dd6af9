package dev.cordon.canary;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A minimal WebSocket client: HTTP/1.1 upgrade, masked text frames out, unfragmented text frames in (RFC 6455 §4.1, §5). It understands what
 * Cordon's server sends and no more. Never blocks. Confined to the canary's thread.
 */
final class CanaryClient implements AutoCloseable {
    /** The state of the connection. */
    enum State {
        CONNECTING,
        HANDSHAKE,
        OPEN,
        CLOSED
    }

    private static final int CLOSE = 8;
    private static final int TEXT = 1;
    private static final int MASK_BYTES = 4;

    private final Address address;
    private final String ticket;
    private final SocketChannel channel;
    private final SelectionKey key;
    private ByteBuffer in = ByteBuffer.allocate(8 * 1024);
    private State state = State.CONNECTING;
    private int closeCode;

    /** @param receiveBuffer of the socket in bytes; 0 for the system's own choice */
    CanaryClient(Address address, String ticket, int receiveBuffer, Selector selector) throws IOException {
        this.address = address;
        this.ticket = ticket;
        this.channel = SocketChannel.open();
        try {
            if (receiveBuffer > 0) {
                channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, receiveBuffer);
            }
            channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.connect(address.socket());
            this.key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    State state() {
        return state;
    }

    /** The server's close code; 0 without one. */
    int closeCode() {
        return closeCode;
    }

    /** Stops reading from the socket. */
    void stopReading() {
        key.interestOps(0);
    }

    /** Connects or reads, as the socket is ready for. Returns the received text frames. */
    List<String> ready() throws IOException {
        if (state == State.CONNECTING && key.isConnectable()) {
            channel.finishConnect();
            key.interestOps(SelectionKey.OP_READ);
            state = State.HANDSHAKE;
            write(request().getBytes(StandardCharsets.US_ASCII));
            return List.of();
        }
        return key.isValid() && key.isReadable() ? read() : List.of();
    }

    private String request() {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        return "GET " + address.path() + " HTTP/1.1\r\nHost: " + address.host() + "\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + Base64.getEncoder().encodeToString(nonce) + "\r\n" + address.header() + ": " + ticket + "\r\n\r\n";
    }

    /** @throws IOException also if the socket does not take the whole frame at once: the canary's frames are small */
    void send(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] mask = new byte[MASK_BYTES];
        ThreadLocalRandom.current().nextBytes(mask);
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 8);
        frame.put((byte) (0x80 | TEXT));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % MASK_BYTES]));
        }
        write(Arrays.copyOf(frame.array(), frame.position()));
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        channel.write(out);
        if (out.hasRemaining()) {
            throw new IOException("the server does not read");
        }
    }

    private List<String> read() throws IOException {
        if (!in.hasRemaining()) {
            in = ByteBuffer.allocate(in.capacity() * 2).put(in.flip());
        }
        if (channel.read(in) < 0) {
            throw new IOException("the server closed the connection");
        }
        in.flip();
        if (state == State.HANDSHAKE) {
            handshake();
        }
        List<String> texts = new java.util.ArrayList<>();
        while (state == State.OPEN && frame(texts)) {}
        in.compact();
        return texts;
    }

    private void handshake() throws IOException {
        String head = StandardCharsets.ISO_8859_1.decode(in.duplicate()).toString();
        int end = head.indexOf("\r\n\r\n");
        if (end >= 0) {
            if (!head.startsWith("HTTP/1.1 101 ")) {
                throw new IOException("rejected: " + head.substring(0, head.indexOf('\r')));
            }
            in.position(in.position() + end + 4);
            state = State.OPEN;
        }
    }

    /** Decodes one frame; false if it has not arrived completely. */
    private boolean frame(List<String> texts) throws IOException {
        ByteBuffer ahead = in.duplicate();
        if (ahead.remaining() < 2) {
            return false;
        }
        int opcode = ahead.get() & 0x0f;
        long length = ahead.get() & 0x7f;
        if (length == 126 && ahead.remaining() >= 2) {
            length = ahead.getShort() & 0xffff;
        } else if (length == 127 && ahead.remaining() >= 8) {
            length = ahead.getLong();
        } else if (length >= 126) {
            return false;
        }
        if (length > 1 << 20) {
            throw new IOException("a frame of " + length + " bytes");
        }
        if (ahead.remaining() < length) {
            return false;
        }
        byte[] payload = new byte[(int) length];
        ahead.get(payload);
        in.position(ahead.position());
        if (opcode == TEXT) {
            texts.add(new String(payload, StandardCharsets.UTF_8));
        } else if (opcode == CLOSE) {
            closeCode = payload.length < 2 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
            throw new IOException("closed with " + closeCode);
        }
        return true;
    }

    @Override
    public void close() {
        state = State.CLOSED;
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way.
            closeCode = 0;
        }
    }
}
