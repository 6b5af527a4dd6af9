package dev.cordon.protocol;

/**
 * A place in a channel's log.
 *
 * @param epoch names the life of the channel that the offset belongs to; offsets of different epochs cannot be compared. Empty for any, as in
 *     the protocol's own servers: whoever brings no epoch does not want it checked
 * @param offset of the last publication seen; 0 before the first
 */
public record StreamPosition(String epoch, long offset) {
    /** @throws IllegalArgumentException if the offset is negative or the epoch breaks the rule for names (0–64 bytes) */
    public StreamPosition {
        if (offset < 0) {
            throw new IllegalArgumentException("offset is negative");
        }
        if (!epoch.isEmpty()) {
            Text.checked("epoch", epoch, 64);
        }
    }

    /** Whether the offset may be compared with those of an epoch: it is the position's own, or the position is of any. */
    public boolean mayBeOf(String other) {
        return epoch.isEmpty() || epoch.equals(other);
    }
}
