package dev.cordon.client;

/**
 * Connections whose end was moved, or that were ended.
 *
 * @param refreshed how many
 */
public record RefreshResult(int refreshed) {}
