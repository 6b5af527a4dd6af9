package dev.cordon.protocol.protobuf;

/**
 * Splits a batch of messages, each of which follows its length (an unsigned varint). Confined to one thread.
 */
public final class DelimitedMessages {
    private final byte[] source;
    private final int to;
    private int at;
    private int end;

    public DelimitedMessages(byte[] source, int from, int to) {
        this.source = source;
        this.end = from;
        this.to = to;
    }

    /**
     * Moves to the next message. Returns false at the end of the batch.
     *
     * @throws InvalidProtobufException if the length is malformed, or more than what follows
     */
    public boolean next() {
        at = end;
        if (at == to) {
            return false;
        }
        int length = 0;
        for (int shift = 0; shift < Integer.SIZE && at < to; shift += 7) {
            byte octet = source[at++];
            length |= (octet & 0x7F) << shift;
            if (octet >= 0) {
                if (length < 0 || length > to - at || (shift == 28 && octet > 7)) {
                    break;
                }
                end = at + length;
                return true;
            }
        }
        throw new InvalidProtobufException("the length of a message is wrong");
    }

    /** Index of the first byte of the message. */
    public int from() {
        return at;
    }

    /** Index behind the message. */
    public int to() {
        return end;
    }
}
