package dev.cordon.log;

import dev.cordon.protocol.Publication;

/**
 * The result of an append: the publication with the offset it was given, and the epoch that the offset belongs to.
 *
 * @param repeated an append with the same key came before: this is where that one's publication is, and nothing was appended now
 */
public record Appended(Publication publication, String epoch, boolean repeated) {
    public Appended(Publication publication, String epoch) {
        this(publication, epoch, false);
    }
}
