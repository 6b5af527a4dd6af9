package dev.cordon.client;

/**
 * A command of the server API. Immutable.
 *
 * @param <R> what the node answers
 */
public sealed interface Command<R> permits Publish, Broadcast, Batch, Presence, History, Disconnect, Info {
    /**
     * Returns true if the command has no other effect when a node carries it out twice: it reads only, or it has an
     * idempotency key. Only such a command is sent again after it may have reached a node.
     */
    boolean repeatable();
}
