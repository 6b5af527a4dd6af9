package dev.cordon.publish;

import dev.cordon.protocol.StreamPosition;

/**
 * What became of a publish: it is stored, and this is where.
 *
 * @param position the publication's place in its channel
 * @param connections to how many of the owner's connections it was handed; 0 when none is there: it waits in the log,
 *     or the log remembers it from another time
 */
public record PublishReceipt(StreamPosition position, int connections) {}
