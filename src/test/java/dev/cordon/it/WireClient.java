package dev.cordon.it;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A WebSocket client that writes any bytes that a test wants on the wire, invalid ones too. */
final class WireClient implements Closeable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {1, 2, 3, 4};

    private final Socket socket;
    private final DataInputStream in;

    /** A frame as it came. */
    static final class Frame {
        private final int opcode;
        private final byte[] payload;

        Frame(int opcode, byte[] payload) {
            this.opcode = opcode;
            this.payload = payload;
        }

        int opcode() {
            return opcode;
        }

        byte[] payload() {
            return payload.clone();
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return payload.length < 2 ? 1005 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        }
    }

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Opens a TCP connection and sends nothing. */
    static WireClient dial(URI base) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), base.getPort());
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            return new WireClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** After an accepted handshake. */
    static WireClient upgraded(URI base) {
        WireClient client = dial(base);
        client.raw(handshake(base, Map.of()));
        String status = client.response();
        if (!status.startsWith("HTTP/1.1 101")) {
            throw new IllegalStateException("not upgraded: " + status);
        }
        return client;
    }

    /** A proper opening handshake (RFC 6455 §4.1) with headers added or, where the value is empty, left out. */
    static byte[] handshake(URI base, Map<String, String> changed) {
        return handshake("GET /connection/websocket HTTP/1.1", base, changed);
    }

    static byte[] handshake(String requestLine, URI base, Map<String, String> changed) {
        Map<String, String> headers = new java.util.LinkedHashMap<>(Map.of(
                "Host",
                "127.0.0.1:" + base.getPort(),
                "Upgrade",
                "websocket",
                "Connection",
                "Upgrade",
                "Sec-WebSocket-Version",
                "13",
                "Sec-WebSocket-Key",
                "dGhlIHNhbXBsZSBub25jZQ=="));
        headers.putAll(changed);
        StringBuilder text = new StringBuilder(requestLine).append("\r\n");
        headers.forEach((name, value) -> {
            if (!value.isEmpty()) {
                text.append(name).append(": ").append(value).append("\r\n");
            }
        });
        return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A masked frame of a client. */
    static byte[] frame(int opcode, byte[] payload) {
        return frame(true, opcode, payload, true);
    }

    static byte[] text(String text) {
        return frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] frame(boolean fin, int opcode, byte[] payload, boolean masked) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((fin ? 0x80 : 0) | opcode);
        int mask = masked ? 0x80 : 0;
        if (payload.length < 126) {
            out.write(mask | payload.length);
        } else if (payload.length < 65_536) {
            out.write(mask | 126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) payload.length >> shift));
            }
        }
        if (masked) {
            out.writeBytes(MASK);
        }
        for (int i = 0; i < payload.length; i++) {
            out.write(masked ? payload[i] ^ MASK[i & 3] : payload[i]);
        }
        return out.toByteArray();
    }

    /** Sets how long a read waits, in milliseconds. */
    void patience(int millis) {
        try {
            socket.setSoTimeout(millis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    WireClient raw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #raw}; a server that has hung up already is no failure of the test. */
    boolean tryRaw(byte[] bytes) {
        try {
            raw(bytes);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Ends the client's side of the connection. */
    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // The server was faster.
            return;
        }
    }

    /** All that comes until the server ends the line. */
    String rest() {
        StringBuilder rest = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                rest.append((char) b);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new IllegalStateException("the line does not end, behind: " + rest, e);
        } catch (IOException e) {
            return rest.toString();
        }
        return rest.toString();
    }

    /** The head of an HTTP response, status line first. */
    String response() {
        try {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readByte());
            }
            return head.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads past the body of a response. */
    void skipBody(String head) {
        body(head);
    }

    /** The body of a response. */
    String body(String head) {
        return new String(some(length(head)), StandardCharsets.UTF_8);
    }

    /** The body's length by a response's head. */
    static int length(String head) {
        java.util.regex.Matcher length =
                java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        if (!length.find()) {
            throw new IllegalStateException("no length: " + head);
        }
        return Integer.parseInt(length.group(1));
    }

    /** Reads on; fewer bytes where the server ends the line. */
    byte[] some(int length) {
        try {
            return in.readNBytes(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many bytes of a body come until it, or the line, ends. */
    int bodyOrLess(String head) {
        int length = length(head);
        int read = 0;
        try {
            while (read < length && in.read() >= 0) {
                read++;
            }
        } catch (IOException e) {
            return read;
        }
        return read;
    }

    /** The next frame that is neither a ping of Cordon's ({@code {}}) nor a control frame other than close. */
    Frame next() {
        Frame frame = any();
        while (frame.opcode() == PING
                || frame.opcode() == PONG
                || (frame.opcode() == TEXT && frame.text().equals("{}"))) {
            frame = any();
        }
        return frame;
    }

    Frame any() {
        try {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            if ((second & 0x80) != 0) {
                throw new IllegalStateException("the server masked a frame (RFC 6455 §5.1)");
            }
            long length = second & 0x7F;
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            byte[] payload = new byte[Math.toIntExact(length)];
            in.readFully(payload);
            return new Frame(first & 0x0F, payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads on until the close frame; 1006 when the line ends without one. */
    int closeCode() {
        try {
            Frame frame = any();
            while (frame.opcode() != CLOSE) {
                frame = any();
            }
            return frame.closeCode();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof java.net.SocketTimeoutException) {
                throw e;
            }
            return 1006;
        }
    }

    /** Whether the server ends the TCP connection, and does so within the socket's time limit. */
    boolean hungUp() {
        try {
            while (true) {
                in.readByte();
            }
        } catch (EOFException e) {
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Drops the line with a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
