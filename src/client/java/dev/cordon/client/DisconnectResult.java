package dev.cordon.client;

/**
 * Ended connections.
 *
 * @param disconnected how many
 */
public record DisconnectResult(int disconnected) {}
