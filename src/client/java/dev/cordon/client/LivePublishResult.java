package dev.cordon.client;

/**
 * A message that no log keeps.
 *
 * @param connections number of connections that it was handed to
 */
public record LivePublishResult(int connections) {}
