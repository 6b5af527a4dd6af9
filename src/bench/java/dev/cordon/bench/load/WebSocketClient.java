package dev.cordon.bench.load;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A WebSocket (RFC 6455, client side): handshake, connect command, then messages, as JSON or as Protobuf. */
final class WebSocketClient extends Client {
    private static final String HEAD = String.join(
            "\r\n",
            "GET /connection/websocket HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "");
    private static final byte[] HANDSHAKE = Text.bytes(HEAD + "\r\n");
    private static final byte[] OFFERING =
            Text.bytes(HEAD + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n");
    private static final byte[] BINARY = Text.bytes(HEAD + "Sec-WebSocket-Protocol: centrifuge-protobuf\r\n\r\n");
    /** The bit of a compressed message (RFC 7692 §6). */
    private static final int COMPRESSED = 0x40;

    /** What the sender leaves off (RFC 7692 §7.2.1). */
    private static final byte[] END_OF_FLUSH = {0, 0, -1, -1};

    private static final byte[] ACCEPTED = Text.bytes("HTTP/1.1 101");
    private static final byte[] PING = Text.bytes("{}");
    private static final byte[] EMPTY_MESSAGE = {0};
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final byte[] connect;
    private final byte[] handshake;

    /** @param publisher whether it publishes; publishers speak JSON, uncompressed, whatever the receivers do */
    WebSocketClient(Loop loop, Target target, String user, boolean publisher, Listener listener, int receiveBuffer)
            throws IOException {
        super(loop, target, publisher ? Way.JSON : target.way(), user, listener, receiveBuffer);
        if (way == Way.PROTOBUF) {
            connect = Protobuf.connect(target.token(user, false));
            handshake = BINARY;
        } else {
            connect = target.connect(user, publisher);
            handshake = target.compresses() && !publisher ? OFFERING : HANDSHAKE;
        }
    }

    @Override
    byte[] request() {
        return handshake;
    }

    @Override
    byte[] accepted() {
        return ACCEPTED;
    }

    @Override
    void begin(String head) {
        send(connect, connect.length);
        flush();
    }

    @Override
    int take(byte[] work, int from, int to) throws IOException {
        int at = from;
        while (to - at >= 2 && state() != State.CLOSED) {
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
            if ((work[at] & COMPRESSED) != 0) {
                inflate(work, at + header, length);
            } else {
                frame(work[at] & 0x0f, work, at + header, at + header + length);
            }
            at += header + length;
        }
        return at;
    }

    private void inflate(byte[] work, int from, int length) throws IOException {
        Inflater inflater = loop.inflater;
        inflater.reset();
        byte[] whole = Arrays.copyOfRange(work, from, from + length + END_OF_FLUSH.length);
        System.arraycopy(END_OF_FLUSH, 0, whole, length, END_OF_FLUSH.length);
        inflater.setInput(whole);
        try {
            messages(loop.inflated, 0, inflater.inflate(loop.inflated));
        } catch (DataFormatException e) {
            throw new IOException(e);
        }
    }

    private void frame(int opcode, byte[] work, int from, int to) throws IOException {
        if (opcode <= 2) {
            messages(work, from, to);
        } else if (opcode == 8) {
            closeCode(to - from >= 2 ? ((work[from] & 0xff) << 8) | (work[from + 1] & 0xff) : 1005);
            append(0x8, work, to - from >= 2 ? 2 : 0, from);
            flush();
        } else if (opcode == 9) {
            append(0xA, work, to - from, from);
            flush();
        }
    }

    private void messages(byte[] work, int from, int to) throws IOException {
        if (way == Way.PROTOBUF) {
            delimited(work, from, to);
            return;
        }
        int at = from;
        for (int i = from; i <= to; i++) {
            if (i == to || work[i] == '\n') {
                message(work, at, i);
                at = i + 1;
            }
        }
    }

    /** Messages, each behind its length. */
    private void delimited(byte[] work, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            int length = Protobuf.varint(work, at, to);
            at = Protobuf.behindVarint(work, at, to);
            if (length < 0 || length > to - at) {
                throw new IOException("a message of " + length + " bytes in a frame with " + (to - at) + " left");
            }
            message(work, at, at + length);
            at += length;
        }
    }

    private void message(byte[] work, int from, int to) {
        if (to - from <= way.pingLength()) {
            byte[] pong = way == Way.PROTOBUF ? EMPTY_MESSAGE : PING;
            send(pong, pong.length);
            flush();
        } else {
            arrived(work, from, to);
        }
    }

    /** Adds one frame. */
    @Override
    void send(byte[] text, int length) {
        append(way == Way.PROTOBUF ? 0x2 : 0x1, text, length, 0);
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

    /** The server's answer ends it. */
    @Override
    void leave() {
        append(0x8, new byte[] {0x03, (byte) 0xe8}, 2, 0);
        flush();
    }
}
