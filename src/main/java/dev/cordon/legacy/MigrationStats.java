package dev.cordon.legacy;

/**
 * What a singleton's callers ask of its numbers.
 *
 * @param users number of users with a connection on this node
 * @param connections number of their connections on this node
 */
public record MigrationStats(int users, int connections) {}
