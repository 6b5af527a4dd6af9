package dev.cordon.manager;

/**
 * Sizes of the factory's maps now.
 *
 * @param connections all sockets, those without a token included
 * @param opening sockets that have not presented a token yet
 * @param queuedMessages waiting in all outbound queues
 * @param queuedBytes of them
 */
public record FactoryStats(
        long users, long managers, long connections, long opening, long queuedMessages, long queuedBytes) {}
