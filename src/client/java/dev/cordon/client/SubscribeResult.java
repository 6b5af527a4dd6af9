package dev.cordon.client;

/**
 * What became of a {@link Subscribe}.
 *
 * @param subscribed connections that are subscribed now, also those that were before
 * @param overLimit connections that have as many subscriptions as they may
 */
public record SubscribeResult(int subscribed, int overLimit) {}
