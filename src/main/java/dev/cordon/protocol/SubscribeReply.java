package dev.cordon.protocol;

import java.util.List;

/**
 * The reply to a subscription.
 *
 * @param position top of the channel; live publications follow from here
 * @param wasRecovering true if the client asked to recover from a position
 * @param recovered true if {@code publications} holds all missed messages; false if some may be lost
 * @param publications missed publications, in order
 */
public record SubscribeReply(
        StreamPosition position, boolean wasRecovering, boolean recovered, List<Publication> publications) {
    public SubscribeReply {
        publications = List.copyOf(publications);
    }
}
