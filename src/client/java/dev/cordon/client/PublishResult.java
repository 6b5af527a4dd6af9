package dev.cordon.client;

/**
 * A stored message.
 *
 * @param offset number of the message in its channel, from 1
 * @param epoch life of the channel that the offset belongs to
 * @param connections number of the owner's connections that the node handed the message to; a repeated publish may say
 *     0 here though the first was handed over
 */
public record PublishResult(long offset, String epoch, int connections) {}
