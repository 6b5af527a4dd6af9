package dev.cordon.upkeep;

import java.util.Locale;

/** What the node does by itself, again and again. Each duty has a thread of its own: one that hangs stops no other. */
public enum Duty {
    /** Pings, pongs, deadlines, expiry of every connection. */
    CONNECTIONS(true),
    /** Upgrades whose client has left, and sockets that do not close. */
    LOST_UPGRADES(true),
    /** Half-received messages. */
    HALF_MESSAGES(true),
    /** Answers past the container that nobody reads. */
    UNREAD_ANSWERS(true),
    /** Requests whose client does not go on. */
    STALLED_REQUESTS(true),
    /** Connects that wait for a probe. May wait for the log. */
    ADMISSIONS(false),
    /** Connections that are behind the log. May wait for the log. */
    CATCH_UP(false),
    SETTINGS(false),
    FIGURES(false),
    ALERTS(false),
    WEBHOOK(false),
    CONSOLE(false),
    /** Says when file descriptors run out. */
    DESCRIPTORS(false),
    /** Looks whether another duty hangs, and says so. */
    WATCH(false);

    private final boolean vital;

    Duty(boolean vital) {
        this.vital = vital;
    }

    /** Works in memory alone and for all connections: when it hangs, only a new process helps. */
    public boolean vital() {
        return vital;
    }

    /** For the log and the metrics, in lower-case words joined by hyphens. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
