package dev.cordon.client;

import java.util.List;
import java.util.Map;

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
     * @param tags names and texts that were published with it
     */
    public record Publication(long offset, String data, Map<String, String> tags) {
        public Publication {
            tags = Map.copyOf(tags);
        }

        /** A message without tags. */
        public Publication(long offset, String data) {
            this(offset, data, Map.of());
        }

        /** Does not show the data. */
        @Override
        public String toString() {
            return "Publication[" + offset + "]";
        }
    }
}
