package dev.cordon.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One or more messages as they go over the wire, encoded once and written to any number of connections. Immutable; the text
 * form is made on first use and kept, because the portable transport sends text.
 *
 * <p>A publication's payload is not copied into its frame: the two share the bytes, which meet what stands around them where they are
 * written.
 */
public final class Frame {
    /** What a push ends with, behind its payload. */
    private static final byte[] END = {'}', '}', '}'};

    private final byte[] head;
    private final byte @Nullable [] body;
    private @Nullable String text;

    private Frame(byte[] head, byte @Nullable [] body) {
        this.head = head;
        this.body = body;
    }

    /** Takes over the array: the caller must not change it afterwards. */
    static Frame wrap(byte[] utf8) {
        return new Frame(utf8, null);
    }

    /** A push: what stands before its payload, which must open three objects, the payload, and what closes them. Takes over the array. */
    static Frame push(byte[] head, Payload payload) {
        return new Frame(head, payload.bytes());
    }

    /** A frame of other bytes than text: the body of a control frame. Copies them. */
    public static Frame copyOf(byte[] bytes) {
        return wrap(bytes.clone());
    }

    /**
     * A frame whose bytes somebody else puts in place.
     *
     * @param by must not keep the array, which has {@code size} bytes
     */
    public static Frame filled(int size, Consumer<byte[]> by) {
        byte[] bytes = new byte[size];
        by.accept(bytes);
        return wrap(bytes);
    }

    public static Frame of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The messages of all frames in order, joined by line breaks (docs/protocol.md, Frames). */
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

    /** Length in bytes. */
    public int size() {
        return body == null ? head.length : head.length + body.length + END.length;
    }

    /** The wire text. Racing first callers may each make one: equal and immutable, so the race is harmless. */
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

    /** Copies as many of the bytes, from {@code from} on, as the buffer has room for. */
    public void putTo(ByteBuffer destination, int from) {
        int at = put(head, from, destination);
        if (body != null) {
            put(END, put(body, at, destination), destination);
        }
    }

    /** @return where to begin in what comes behind this part */
    private static int put(byte[] part, int from, ByteBuffer destination) {
        if (from < part.length) {
            destination.put(part, from, Math.min(part.length - from, destination.remaining()));
        }
        return Math.max(0, from - part.length);
    }

    /** A copy of the bytes. */
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
