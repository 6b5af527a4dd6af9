package dev.cordon.siege;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One TCP connection to the node from an address of the sender's choice, with as much of HTTP and of a client's WebSocket as the siege
 * needs. Confined to one thread, but for {@link #close}.
 */
final class Line implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: *(\\d+)");

    private static final int CONNECT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private Line(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
    }

    /** The loopback address 127.0.1.n. */
    static InetAddress loopback(int n) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) n});
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** @param from a loopback address: the node limits handshakes by address */
    static Line open(int port, InetAddress from) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return new Line(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Opens and upgrades. */
    static Line upgraded(int port, InetAddress from, Duration patience) throws IOException {
        Line line = open(port, from);
        try {
            line.patience(patience);
            line.ascii("GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1:" + port
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            String head = line.head();
            if (!head.startsWith("HTTP/1.1 101")) {
                throw new IOException("handshake: " + head.lines().findFirst().orElse("nothing"));
            }
            return line;
        } catch (IOException e) {
            line.close();
            throw e;
        }
    }

    /** Upgrades and connects with a token. */
    static Line connected(int port, InetAddress from, String token) throws IOException {
        return connected(port, from, token, "");
    }

    /** @param session of the user; empty for one of its own */
    static Line connected(int port, InetAddress from, String token, String session) throws IOException {
        Line line = upgraded(port, from, Duration.ofSeconds(10));
        String data = session.isEmpty() ? "" : ",\"data\":{\"session\":\"" + session + "\"}";
        line.text("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"" + data + "}}");
        String reply = line.next();
        if (!reply.contains("\"connect\"")) {
            line.close();
            throw new IOException("connect: " + reply);
        }
        return line;
    }

    /** How long a read waits. */
    void patience(Duration most) throws IOException {
        socket.setSoTimeout((int) most.toMillis());
    }

    void ascii(String text) throws IOException {
        bytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    void bytes(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** A request to the server API, with the key. */
    void post(String path, String json) throws IOException {
        ascii("POST /" + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " + BesiegedNode.KEY
                + "\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json);
    }

    void text(String text) throws IOException {
        bytes(frame(1, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A client's frame, masked with zeros. */
    static byte[] frame(int opcode, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x80 | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        frame.write(0);
        frame.write(0);
        frame.write(0);
        frame.write(0);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** The next text frame; pings of either kind are answered. */
    String next() throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0x0F;
            // A frame that has begun is waited for: cut in two it would be lost.
            int idle = socket.getSoTimeout();
            socket.setSoTimeout(CONNECT_MILLIS);
            long length = in.readUnsignedByte() & 0x7F;
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            byte[] payload = in.readNBytes((int) length);
            socket.setSoTimeout(idle);
            if (opcode == 8) {
                int code = payload.length < 2 ? 1005 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
                throw new EOFException("closed with " + code);
            }
            String text = new String(payload, StandardCharsets.UTF_8);
            if (opcode == 9) {
                bytes(frame(10, payload));
            } else if (text.equals("{}")) {
                text("{}");
            } else {
                return text;
            }
        }
    }

    /** Reads a whole answer over HTTP. */
    void answer() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            head.append((char) next);
        }
        Matcher length = LENGTH.matcher(head);
        if (length.find() && in.readNBytes(Integer.parseInt(length.group(1))).length == 0) {
            throw new EOFException();
        }
    }

    /** Reads some bytes of anything. */
    void sip(int most) throws IOException {
        if (in.readNBytes(most).length == 0) {
            throw new EOFException();
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
