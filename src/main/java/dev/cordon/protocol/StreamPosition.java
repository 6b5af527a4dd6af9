package dev.cordon.protocol;

/**
 * A position in the log of a channel.
 *
 * @param epoch id of the channel's life that the offset belongs to; offsets of different epochs cannot be compared.
 *     Empty means any epoch, as in Centrifugo: a client without an epoch wants no check
 * @param offset offset of the last publication seen; 0 before the first
 */
public record StreamPosition(String epoch, long offset) {
    /**
     * @throws IllegalArgumentException if the offset is negative or the epoch breaks the rule for names (0–64 bytes)
     */
    public StreamPosition {
        if (offset < 0) {
            throw new IllegalArgumentException("offset is negative");
        }
        if (!epoch.isEmpty()) {
            NameRule.check("epoch", epoch, 64);
        }
    }

    /**
     * Returns true if the offset can be compared with offsets of the other epoch: the epochs are equal, or this one is
     * empty.
     */
    public boolean mayBeOf(String other) {
        return epoch.isEmpty() || epoch.equals(other);
    }
}
