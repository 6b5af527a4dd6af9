package dev.cordon.manager;

/**
 * The present sizes of the factory's maps and of the outbound queues.
 *
 * @param connections all sockets, those without a token included
 * @param opening sockets that have not presented a token yet
 * @param queuedMessages messages that wait in all outbound queues
 * @param queuedBytes bytes of those messages
 */
public record FactoryStats(
        long users, long managers, long connections, long opening, long queuedMessages, long queuedBytes) {}
