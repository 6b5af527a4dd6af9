package dev.cordon.websocket;

import org.jspecify.annotations.Nullable;

/**
 * The header of one frame from a client (RFC 6455 §5.2), parsed byte by byte and checked as early as possible. Confined
 * to its decoder, which reuses it for each frame.
 */
public final class FrameHeader {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** The bit that marks the first frame of a compressed message (RFC 7692 §6). */
    static final int RSV1 = 0x40;

    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;

    /** Longest payload of a control frame, in bytes. */
    public static final int MAX_CONTROL = 125;

    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private enum Part {
        FIRST,
        SECOND,
        LENGTH,
        MASK,
        DONE
    }

    private Part part = Part.FIRST;
    private boolean last;
    /** With {@link #RSV1}, because every connection has this object. */
    private byte opcode;

    private byte lengthBytes;
    private byte left;
    private long length;
    private int mask;

    /**
     * Parses the header's next byte. Returns null unless the byte is a fault.
     *
     * @param compression whether the peer may compress messages
     */
    @Nullable
    WireFault accept(byte octet, boolean compression) {
        switch (part) {
            case FIRST -> {
                return first(octet, compression);
            }
            case SECOND -> {
                return second(octet);
            }
            case LENGTH -> {
                length = (length << 8) | (octet & 0xFF);
                if (--left == 0) {
                    return lengthKnown();
                }
            }
            case MASK -> {
                mask = (mask << 8) | (octet & 0xFF);
                if (--left == 0) {
                    part = Part.DONE;
                }
            }
            case DONE -> throw new IllegalStateException("the header is complete");
        }
        return null;
    }

    private @Nullable WireFault first(byte octet, boolean compression) {
        last = octet < 0;
        opcode = (byte) (octet & (RSV1 | OPCODE));
        if ((octet & RESERVED) != 0 && !(compression && (octet & RESERVED) == RSV1 && mayBeCompressed())) {
            return WireFault.PROTOCOL;
        }
        if (control() ? opcode() > PONG || !last : opcode() > BINARY) {
            return WireFault.PROTOCOL;
        }
        part = Part.SECOND;
        return null;
    }

    /** Whether a frame of this opcode may begin a compressed message. */
    private boolean mayBeCompressed() {
        return !control() && opcode() != CONTINUATION;
    }

    private @Nullable WireFault second(byte octet) {
        int indicator = octet & 0x7F;
        if (octet >= 0 || (control() && indicator > MAX_CONTROL)) {
            return WireFault.PROTOCOL;
        }
        lengthBytes = (byte) (indicator == LENGTH_64 ? 8 : indicator == LENGTH_16 ? 2 : 0);
        length = lengthBytes == 0 ? indicator : 0;
        left = lengthBytes;
        part = Part.LENGTH;
        return lengthBytes == 0 ? lengthKnown() : null;
    }

    /** Checks that the length has the shortest form. A negative length has the top bit set, which must be 0. */
    private @Nullable WireFault lengthKnown() {
        boolean shortest = lengthBytes == 0 || length >= (lengthBytes == 2 ? LENGTH_16 : 0x1_0000);
        if (!shortest) {
            return WireFault.PROTOCOL;
        }
        left = Integer.BYTES;
        part = Part.MASK;
        return null;
    }

    /** Prepares for the next frame. */
    void clear() {
        part = Part.FIRST;
    }

    boolean complete() {
        return part == Part.DONE;
    }

    /** Whether this frame ends its message. */
    boolean last() {
        return last;
    }

    int opcode() {
        return opcode & OPCODE;
    }

    boolean control() {
        return (opcode & CLOSE) != 0;
    }

    /** Whether this frame begins a compressed message. */
    boolean compressed() {
        return (opcode & RSV1) != 0;
    }

    /** Length of the payload in bytes. */
    long length() {
        return length;
    }

    /** The masking key, its first byte in the top byte. */
    int mask() {
        return mask;
    }
}
