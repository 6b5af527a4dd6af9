package dev.cordon.log;

import dev.cordon.protocol.Publication;

/**
 * The result of an append: the publication with the offset it was given, and the epoch that the offset belongs to.
 *
 * @param repeated whether an earlier append had the same key: the result then names that publication, and nothing was
 *     appended
 */
public record Appended(Publication publication, String epoch, boolean repeated) {
    public Appended(Publication publication, String epoch) {
        this(publication, epoch, false);
    }
}
