package dev.cordon.client;

import java.util.List;

/**
 * Retained messages of a channel.
 *
 * @param publications by offset
 * @param epoch life of the channel
 * @param offset offset of the channel's last message; 0 if it never had one
 */
public record HistoryResult(List<Publication> publications, String epoch, long offset) {
    public HistoryResult {
        publications = List.copyOf(publications);
    }

    /** The position behind the channel's last message, for {@link History#since}. */
    public Position top() {
        return new Position(epoch, offset);
    }

    /**
     * One message.
     *
     * @param data JSON, as it was published
     */
    public record Publication(long offset, String data) {
        /** Does not show the data. */
        @Override
        public String toString() {
            return "Publication[" + offset + "]";
        }
    }
}
