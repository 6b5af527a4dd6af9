package dev.cordon.canary;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket server on loopback that accepts one connection after the other, and says what the test says. */
final class FakeEndpoint implements AutoCloseable {
    static final String ACCEPTED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    private static final int PATIENCE_MILLIS = 20_000;

    private final ServerSocket server;

    FakeEndpoint() {
        try {
            server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            server.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Address address() {
        return Address.of(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/chat/"), "X-Ticket");
    }

    /** The next connection, before its handshake. */
    Session accept() throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new Session(socket);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    static byte[] frame(int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 10);
        frame.put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length <= 0xffff) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload);
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    static byte[] text(String text) {
        return frame(1, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The server's side of one connection. */
    record Session(Socket socket) implements AutoCloseable {
        /** Reads the request for an upgrade. */
        String head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                int read = socket.getInputStream().read();
                if (read < 0) {
                    throw new IOException("ended within its handshake");
                }
                head.write(read);
            }
            return head.toString(StandardCharsets.US_ASCII);
        }

        void says(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        void says(String text) throws IOException {
            says(text(text));
        }

        void accepts() throws IOException {
            says(ACCEPTED.getBytes(StandardCharsets.US_ASCII));
        }

        /** Reads one masked text. */
        String hears() throws IOException {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            if (in.readUnsignedByte() != 0x81) {
                throw new IOException("no text");
            }
            int length = in.readUnsignedByte();
            if (length < 0x80) {
                throw new IOException("not masked");
            }
            length -= 0x80;
            length = length == 126 ? in.readUnsignedShort() : length;
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Waits until the client has closed the connection. */
        boolean ended() throws IOException {
            while (socket.getInputStream().read() >= 0) {}
            return true;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
