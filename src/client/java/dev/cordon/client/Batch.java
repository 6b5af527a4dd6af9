package dev.cordon.client;

import java.util.List;

/**
 * Several commands in one request. The node carries them out in order; each succeeds or fails alone. The client does
 * not repeat a single command of a batch that the node answered by a temporary error: the caller finds it in the
 * {@link Reply}.
 *
 * @param commands 1 to 1,000 commands, none of them a batch
 */
public record Batch(List<Command<?>> commands) implements Command<BatchResult> {
    /** Most commands of one batch. */
    public static final int MAX_COMMANDS = 1_000;

    public Batch {
        commands = List.copyOf(commands);
        if (commands.isEmpty() || commands.size() > MAX_COMMANDS) {
            throw new IllegalArgumentException(
                    "a batch has " + commands.size() + " commands: give 1 to " + MAX_COMMANDS);
        }
        if (commands.stream().anyMatch(Batch.class::isInstance)) {
            throw new IllegalArgumentException(
                    "a batch has a batch among its commands: put its commands beside the others");
        }
    }

    /** Returns true if all its commands are repeatable. */
    @Override
    public boolean repeatable() {
        return commands.stream().allMatch(Command::repeatable);
    }
}
