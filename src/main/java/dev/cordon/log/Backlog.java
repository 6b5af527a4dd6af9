package dev.cordon.log;

import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import java.util.List;

/**
 * What a channel holds after a position.
 *
 * @param top the channel's position at the moment of reading
 * @param complete whether {@code publications} is everything between the position asked for and {@code top}; if not, the
 *     list is empty and something may have been missed
 * @param publications in order of offset, without gaps
 */
public record Backlog(StreamPosition top, boolean complete, List<Publication> publications) {
    public Backlog {
        publications = List.copyOf(publications);
    }
}
