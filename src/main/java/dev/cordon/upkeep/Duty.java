package dev.cordon.upkeep;

import java.util.Locale;

/** A task that the node repeats by itself. Each duty has a thread of its own, so that one that hangs does not stop the others. */
public enum Duty {
    /** Pings, pongs, deadlines, expiry of every connection. */
    CONNECTIONS(true),
    /** Ends upgrades whose client has left, and sockets that do not close. */
    LOST_UPGRADES(true),
    /** Ends connections whose messages do not arrive completely. */
    HALF_MESSAGES(true),
    /** Ends connections whose clients do not read their answers. */
    UNREAD_ANSWERS(true),
    /** Ends requests whose client sends no more. */
    STALLED_REQUESTS(true),
    /** Decides connects that wait for a probe. May wait for the log. */
    ADMISSIONS(false),
    /** Reads the log for connections that have missed publications. May wait for the log. */
    CATCH_UP(false),
    /**
     * Tells the other nodes that this one lives, and reads what they and applications' transactions published unheard.
     * May wait for the log.
     */
    CLUSTER(false),
    /** Publishes the rows of the outbox. May wait for the log, and for the outbox. */
    OUTBOX(false),
    SETTINGS(false),
    FIGURES(false),
    ALERTS(false),
    WEBHOOK(false),
    /** Posts events of hooks whose pause is over, and takes over those of lost nodes. May wait for the log's database. */
    HOOK_EVENTS(false),
    CONSOLE(false),
    /** Warns when file descriptors run out. */
    DESCRIPTORS(false),
    /** Logs a duty that hangs. */
    WATCH(false);

    private final boolean vital;

    Duty(boolean vital) {
        this.vital = vital;
    }

    /** Whether the duty works in memory alone and for all connections. If a vital duty hangs, only a restart helps. */
    public boolean vital() {
        return vital;
    }

    /** For the log and the metrics, in lower-case words joined by hyphens. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
