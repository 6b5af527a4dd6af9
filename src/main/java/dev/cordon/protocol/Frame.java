package dev.cordon.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One or more messages as they go over the wire, encoded once and written to any number of connections. Immutable; the text
 * form is made on first use and kept, because the portable transport sends text.
 */
public final class Frame {
    private final byte[] utf8;
    private @Nullable String text;

    private Frame(byte[] utf8) {
        this.utf8 = utf8;
    }

    /** Takes over the array: the caller must not change it afterwards. */
    static Frame wrap(byte[] utf8) {
        return new Frame(utf8);
    }

    /** A frame of other bytes than text: the body of a control frame. Copies them. */
    public static Frame copyOf(byte[] bytes) {
        return new Frame(bytes.clone());
    }

    public static Frame of(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The messages of all frames in order, joined by line breaks (PROTOCOL: frames). */
    public static Frame join(List<Frame> frames) {
        if (frames.size() == 1) {
            return frames.get(0);
        }
        int size = frames.size() - 1;
        for (Frame frame : frames) {
            size += frame.utf8.length;
        }
        byte[] joined = new byte[size];
        int at = 0;
        for (Frame frame : frames) {
            if (at > 0) {
                joined[at++] = '\n';
            }
            System.arraycopy(frame.utf8, 0, joined, at, frame.utf8.length);
            at += frame.utf8.length;
        }
        return new Frame(joined);
    }

    /** Length in bytes. */
    public int size() {
        return utf8.length;
    }

    /** The wire text. Racing first callers may each make one: equal and immutable, so the race is harmless. */
    public String text() {
        String made = text;
        if (made == null) {
            made = new String(utf8, StandardCharsets.UTF_8);
            text = made;
        }
        return made;
    }

    /** Copies the bytes into a buffer that has room for them. */
    public void putTo(ByteBuffer destination) {
        destination.put(utf8);
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return utf8.clone();
    }

    @Override
    public String toString() {
        return "Frame[" + utf8.length + " bytes]";
    }
}
