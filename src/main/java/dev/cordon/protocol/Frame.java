package dev.cordon.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One or more encoded messages. Cordon encodes a frame once and writes it to any number of connections. Immutable; the
 * text form is made on first use and kept, because the portable transport sends text.
 *
 * <p>The frame of a publication shares the bytes of the payload. The write joins them with the head and the end of the
 * message.
 */
public final class Frame {
    /** End of a push, behind its payload. */
    private static final byte[] END = {'}', '}', '}'};

    private final byte[] head;
    private final byte @Nullable [] body;
    private @Nullable String text;

    private Frame(byte[] head, byte @Nullable [] body) {
        this.head = head;
        this.body = body;
    }

    /** Wraps the array without a copy: the caller must not change the array afterwards. */
    static Frame wrap(byte[] utf8) {
        return new Frame(utf8, null);
    }

    /**
     * Makes a push of a head, a payload and {@link #END}. Keeps the array without a copy.
     *
     * @param head JSON before the payload, which must open three objects
     */
    static Frame push(byte[] head, Payload payload) {
        return new Frame(head, payload.bytes());
    }

    /** Copies bytes that need not be text, such as the body of a control frame. */
    public static Frame copyOf(byte[] bytes) {
        return wrap(bytes.clone());
    }

    /**
     * Makes a frame that another object fills.
     *
     * @param by fills an array of {@code size} bytes and must not keep the array
     */
    public static Frame filled(int size, Consumer<byte[]> by) {
        byte[] bytes = new byte[size];
        by.accept(bytes);
        return wrap(bytes);
    }

    public static Frame of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Joins the messages of all frames by line breaks, in order (docs/protocol.md, Frames). */
    public static Frame join(List<Frame> frames) {
        if (frames.size() == 1) {
            return frames.get(0);
        }
        int size = frames.size() - 1;
        for (Frame frame : frames) {
            size += frame.size();
        }
        byte[] joined = new byte[size];
        int at = 0;
        for (Frame frame : frames) {
            if (at > 0) {
                joined[at++] = '\n';
            }
            at = frame.copyTo(joined, at);
        }
        return wrap(joined);
    }

    private int copyTo(byte[] to, int at) {
        System.arraycopy(head, 0, to, at, head.length);
        if (body != null) {
            System.arraycopy(body, 0, to, at + head.length, body.length);
            System.arraycopy(END, 0, to, at + head.length + body.length, END.length);
        }
        return at + size();
    }

    /** Returns the length in bytes. */
    public int size() {
        return body == null ? head.length : head.length + body.length + END.length;
    }

    /**
     * Returns the text. Concurrent first calls may each make a string; the strings are equal, so the race is harmless.
     */
    public String text() {
        String made = text;
        if (made == null) {
            made = new String(toByteArray(), StandardCharsets.UTF_8);
            text = made;
        }
        return made;
    }

    /** Copies the bytes into a buffer that has room for them. */
    public void putTo(ByteBuffer destination) {
        destination.put(head);
        if (body != null) {
            destination.put(body).put(END);
        }
    }

    /** Copies bytes from offset {@code from} on, as many as fit into the buffer. */
    public void putTo(ByteBuffer destination, int from) {
        int at = put(head, from, destination);
        if (body != null) {
            put(END, put(body, at, destination), destination);
        }
    }

    /** @return offset in the parts behind this one at which the copy goes on */
    private static int put(byte[] part, int from, ByteBuffer destination) {
        if (from < part.length) {
            destination.put(part, from, Math.min(part.length - from, destination.remaining()));
        }
        return Math.max(0, from - part.length);
    }

    /** Returns a copy of the bytes. */
    public byte[] toByteArray() {
        byte[] copy = new byte[size()];
        copyTo(copy, 0);
        return copy;
    }

    @Override
    public String toString() {
        return "Frame[" + size() + " bytes]";
    }
}
