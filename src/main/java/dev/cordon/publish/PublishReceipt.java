package dev.cordon.publish;

import dev.cordon.protocol.StreamPosition;

/**
 * The result of a successful publish: the log has stored the publication.
 *
 * @param position position of the publication in its channel
 * @param connections count of the owner's connections that received the publication; 0 if the owner has none, or if the
 *     publish was a repetition that the log recognised
 */
public record PublishReceipt(StreamPosition position, int connections) {}
