package dev.cordon.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One or more encoded messages, in JSON or binary ({@link Encoding}). Cordon encodes a frame once and writes it to any
 * number of connections. Immutable; another form of it is made on first use and kept: its text, because the portable
 * transport sends text, or its compressed bytes.
 *
 * <p>The frame of a publication shares the bytes of the payload. The write joins them with the head and the end of the
 * message.
 */
public sealed class Frame {
    /** End of a push as JSON, behind its payload. A binary one ends with its payload. */
    private static final byte[] END = {'}', '}', '}'};

    private static final byte[] NO_END = {};

    private final byte[] head;
    private final byte @Nullable [] body;

    /**
     * A {@link String}, or a {@link Frame} with the compressed bytes. One field for both, because every publication has
     * a frame, and one node rarely needs both forms.
     */
    private @Nullable Object form;

    private Frame(byte[] head, byte @Nullable [] body) {
        this.head = head;
        this.body = body;
    }

    /**
     * A frame of Protobuf messages, each behind its length. A class of its own, because a field would make every frame
     * larger.
     */
    private static final class Binary extends Frame {
        Binary(byte[] head, byte @Nullable [] body) {
            super(head, body);
        }

        @Override
        public boolean binary() {
            return true;
        }

        @Override
        byte[] end() {
            return NO_END;
        }

        @Override
        public String text() {
            throw new IllegalStateException("a binary frame has no text");
        }
    }

    /** Returns true if the frame is sent as a binary WebSocket message, false if as a text. */
    public boolean binary() {
        return false;
    }

    byte[] end() {
        return END;
    }

    /** Makes a frame of binary messages. Wraps the array without a copy, as {@link #wrap}. */
    static Frame binary(byte[] messages) {
        return new Binary(messages, null);
    }

    /** Makes a binary push of a head and a payload. Keeps the array without a copy. */
    static Frame binaryPush(byte[] head, Payload payload) {
        return new Binary(head, payload.bytes());
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
     * @param binary {@link #binary()} of the new frame
     * @param by fills an array of {@code size} bytes and must not keep the array
     */
    public static Frame filled(int size, boolean binary, Consumer<byte[]> by) {
        byte[] bytes = new byte[size];
        by.accept(bytes);
        return binary ? binary(bytes) : wrap(bytes);
    }

    public static Frame of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Joins the messages of all frames, in order: JSON by line breaks, binary messages without anything between them
     * (docs/protocol.md, Frames).
     *
     * @param frames of one encoding
     */
    public static Frame join(List<Frame> frames) {
        if (frames.size() == 1) {
            return frames.get(0);
        }
        boolean binary = frames.get(0).binary();
        int size = binary ? 0 : frames.size() - 1;
        for (Frame frame : frames) {
            size += frame.size();
        }
        byte[] joined = new byte[size];
        int at = 0;
        for (Frame frame : frames) {
            if (at > 0 && !binary) {
                joined[at++] = '\n';
            }
            at = frame.copyTo(joined, at);
        }
        return binary ? binary(joined) : wrap(joined);
    }

    private int copyTo(byte[] to, int at) {
        System.arraycopy(head, 0, to, at, head.length);
        if (body != null) {
            System.arraycopy(body, 0, to, at + head.length, body.length);
            byte[] end = end();
            System.arraycopy(end, 0, to, at + head.length + body.length, end.length);
        }
        return at + size();
    }

    /** Returns the length in bytes. */
    public int size() {
        return body == null ? head.length : head.length + body.length + end().length;
    }

    /**
     * Returns the text of a frame that is not {@link #binary()}. Concurrent first calls may each make a string; the
     * strings are equal, so the race is harmless.
     */
    public String text() {
        if (form instanceof String known) {
            return known;
        }
        String made = new String(toByteArray(), StandardCharsets.UTF_8);
        form = made;
        return made;
    }

    /** Whether this frame is the push of one publication and contains no other message. */
    public boolean onePublication() {
        return body != null;
    }

    /**
     * Returns the compressed form. Concurrent first calls may each make one, as with {@link #text}.
     *
     * @param by compresses this frame; returns this frame itself if that does not pay, and null to be asked again
     * @return the form that {@code by} returned, now or before
     */
    public @Nullable Frame compressed(Function<Frame, @Nullable Frame> by) {
        if (form instanceof Frame known) {
            return known;
        }
        Frame made = by.apply(this);
        if (made != null) {
            form = made;
        }
        return made;
    }

    /** Copies the bytes into a buffer that has room for them. */
    public void putTo(ByteBuffer destination) {
        destination.put(head);
        if (body != null) {
            destination.put(body).put(end());
        }
    }

    /** Copies bytes from offset {@code from} on, as many as fit into the buffer. */
    public void putTo(ByteBuffer destination, int from) {
        int at = put(head, from, destination);
        if (body != null) {
            put(end(), put(body, at, destination), destination);
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
