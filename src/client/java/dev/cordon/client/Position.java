package dev.cordon.client;

/**
 * A position in a channel.
 *
 * @param epoch life of the channel that the offset belongs to; empty if any will do
 * @param offset number of the last message before the position, 0 or more
 */
public record Position(String epoch, long offset) {}
