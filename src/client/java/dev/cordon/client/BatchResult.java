package dev.cordon.client;

import java.util.List;

/**
 * What became of a batch.
 *
 * @param replies one for each command, in the order of the batch
 */
public record BatchResult(List<Reply<?>> replies) {
    public BatchResult {
        replies = List.copyOf(replies);
    }

    /** Returns true if all commands succeeded. */
    public boolean complete() {
        return replies.stream().allMatch(Reply::succeeded);
    }
}
