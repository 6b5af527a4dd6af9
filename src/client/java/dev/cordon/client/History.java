package dev.cordon.client;

import java.util.Optional;

/**
 * Asks for the retained messages of a channel.
 *
 * @param channel {@code #user} or {@code topic#user}
 * @param limit most messages; 0 for the position alone, -1 for all
 * @param since if present, only messages behind this position; the node answers by an error (code 112) if they are not
 *     all retained
 */
public record History(String channel, int limit, Optional<Position> since) implements Command<HistoryResult> {
    /** The limit that asks for all retained messages. */
    public static final int ALL = -1;

    public History {
        if (limit < ALL) {
            throw new IllegalArgumentException("limit is " + limit + ": give -1 (all), 0 (none) or more");
        }
    }

    /** The first retained messages. */
    public History(String channel, int limit) {
        this(channel, limit, Optional.empty());
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Does not show the channel. */
    @Override
    public String toString() {
        return "History[" + limit + "]";
    }
}
