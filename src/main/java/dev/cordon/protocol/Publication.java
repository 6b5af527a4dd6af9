package dev.cordon.protocol;

/**
 * One message in the log of a channel.
 *
 * @param offset strictly increasing within the channel and epoch, from 1
 */
public record Publication(Channel channel, long offset, Payload payload) {
    /** @throws IllegalArgumentException if the offset is not positive */
    public Publication {
        if (offset <= 0) {
            throw new IllegalArgumentException("offset is not positive");
        }
    }
}
