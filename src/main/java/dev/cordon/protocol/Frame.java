package dev.cordon.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One or more messages as they go over the wire, encoded once and written to any number of connections. Immutable; the text
 * form is made on first use and kept, because the portable transport sends text.
 *
 * <p>A publication's payload is not copied into its frame: the two share the bytes, which meet what stands around them where they are
 * written.
 */
public final class Frame {
    private static final byte[] NOTHING = new byte[0];

    private final byte[] head;
    private final byte[] body;
    private final byte[] tail;
    private @Nullable String text;

    private Frame(byte[] head, byte[] body, byte[] tail) {
        this.head = head;
        this.body = body;
        this.tail = tail;
    }

    /** Takes over the array: the caller must not change it afterwards. */
    static Frame wrap(byte[] utf8) {
        return new Frame(utf8, NOTHING, NOTHING);
    }

    /** A payload between what stands around it. Takes over the arrays. */
    static Frame around(byte[] head, Payload payload, byte[] tail) {
        return new Frame(head, payload.bytes(), tail);
    }

    /** A frame of other bytes than text: the body of a control frame. Copies them. */
    public static Frame copyOf(byte[] bytes) {
        return wrap(bytes.clone());
    }

    public static Frame of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The messages of all frames in order, joined by line breaks (PROTOCOL: frames). */
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
        System.arraycopy(body, 0, to, at + head.length, body.length);
        System.arraycopy(tail, 0, to, at + head.length + body.length, tail.length);
        return at + size();
    }

    /** Length in bytes. */
    public int size() {
        return head.length + body.length + tail.length;
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
        if (body.length > 0) {
            destination.put(body).put(tail);
        }
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
