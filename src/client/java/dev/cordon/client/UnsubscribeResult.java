package dev.cordon.client;

/**
 * Connections that were subscribed.
 *
 * @param unsubscribed how many
 */
public record UnsubscribeResult(int unsubscribed) {}
