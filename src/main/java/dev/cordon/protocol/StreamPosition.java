package dev.cordon.protocol;

/**
 * A place in a channel's log.
 *
 * @param epoch names the life of the log that the offset belongs to; offsets of different epochs cannot be compared
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
}
