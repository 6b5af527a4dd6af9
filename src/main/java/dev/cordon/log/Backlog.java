package dev.cordon.log;

import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import java.util.List;

/**
 * The publications of a channel after a position.
 *
 * @param top the channel's position at the moment of reading
 * @param complete whether no publication after the position is missing; if false, {@code publications} is empty and the
 *     reader may have missed something
 * @param publications in order of offset, without gaps
 */
public record Backlog(StreamPosition top, boolean complete, List<Publication> publications) {
    public Backlog {
        publications = List.copyOf(publications);
    }
}
