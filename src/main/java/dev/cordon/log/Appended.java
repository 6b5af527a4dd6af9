package dev.cordon.log;

import dev.cordon.protocol.Publication;

/** The result of an append: the publication with the offset it was given, and the epoch that the offset belongs to. */
public record Appended(Publication publication, String epoch) {}
