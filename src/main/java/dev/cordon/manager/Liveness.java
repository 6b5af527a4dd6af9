package dev.cordon.manager;

/**
 * The times at which a peer was last heard and pinged. Any inbound frame is a sign of life. A write is none, because a
 * dead peer's socket takes bytes too. Thread-safe: each field is written as a whole and read for deadlines of seconds.
 */
public final class Liveness {
    private final Ticker ticker;
    private final long opened;
    private volatile long heard;
    private volatile long pinged;
    /** The time of the first ping that was not answered since, in nanoseconds. */
    private volatile long asked;

    private volatile long drainingSince;

    Liveness(Ticker ticker) {
        this.ticker = ticker;
        this.opened = ticker.nanos();
        this.heard = opened;
        this.pinged = opened;
        this.asked = opened;
        this.drainingSince = opened;
    }

    long heard() {
        long now = ticker.nanos();
        heard = now;
        return now;
    }

    /** Notes a ping. A ping on top of an unanswered one gives the peer no more time. */
    void pinged() {
        long now = ticker.nanos();
        if (!silentSincePing()) {
            asked = now;
        }
        pinged = now;
    }

    void draining() {
        drainingSince = ticker.nanos();
    }

    long now() {
        return ticker.nanos();
    }

    /** Nanoseconds since the socket opened. */
    public long age() {
        return ticker.nanos() - opened;
    }

    /** Nanoseconds since the last inbound frame. */
    public long silence() {
        return ticker.nanos() - heard;
    }

    long drainingFor() {
        return ticker.nanos() - drainingSince;
    }

    boolean pingDue(Limits limits) {
        return ticker.nanos() - pinged >= limits.pingInterval().toNanos();
    }

    /** Whether the peer was pinged and not heard since, for longer than a pong may take. */
    boolean dead(Limits limits) {
        return silentSincePing()
                && ticker.nanos() - asked > limits.pongTimeout().toNanos();
    }

    boolean silentSincePing() {
        return heard - asked < 0;
    }

    /** Whether the peer was not heard since a moment of the ticker. */
    boolean silentSince(long moment) {
        return heard - moment < 0;
    }
}
