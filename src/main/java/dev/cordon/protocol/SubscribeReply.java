package dev.cordon.protocol;

import java.util.List;

/**
 * What a client learns when it is subscribed.
 *
 * @param position of the channel's top, where live publications go on
 * @param wasRecovering whether the client came from a position
 * @param recovered whether {@code publications} is everything it missed; false means that something may be gone
 * @param publications missed ones, in order
 */
public record SubscribeReply(
        StreamPosition position, boolean wasRecovering, boolean recovered, List<Publication> publications) {
    public SubscribeReply {
        publications = List.copyOf(publications);
    }
}
