package dev.cordon.protocol;

/**
 * A message in the log of a channel.
 *
 * @param offset 1 or more; strictly increasing within the channel and epoch
 */
public record Publication(Channel channel, long offset, Payload payload) {
    /** @throws IllegalArgumentException if the offset is not positive */
    public Publication {
        if (offset <= 0) {
            throw new IllegalArgumentException("offset is not positive");
        }
    }
}
