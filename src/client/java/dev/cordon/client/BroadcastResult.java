package dev.cordon.client;

import java.util.List;

/**
 * What became of a broadcast.
 *
 * @param replies one for each channel, in the order of the command
 */
public record BroadcastResult(List<Reply<PublishResult>> replies) {
    public BroadcastResult {
        replies = List.copyOf(replies);
    }

    /** Returns true if the message was stored in all channels. */
    public boolean complete() {
        return replies.stream().allMatch(Reply::succeeded);
    }
}
