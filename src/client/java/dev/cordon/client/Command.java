package dev.cordon.client;

/**
 * A command of the server API. Immutable.
 *
 * @param <R> what the node answers
 */
public sealed interface Command<R>
        permits Publish,
                Broadcast,
                GroupBroadcast,
                GroupAdd,
                GroupRemove,
                GroupRemoveAll,
                GroupMembers,
                Groups,
                Batch,
                Presence,
                History,
                Disconnect,
                Info,
                Connections,
                Subscribe,
                Unsubscribe,
                Refresh,
                LivePublish {
    /**
     * Returns true if the command has no other effect when a node carries it out twice: it reads only, has an
     * idempotency key, or names what shall be so afterwards. Only such a command is sent again after it may have reached a node.
     */
    boolean repeatable();
}
