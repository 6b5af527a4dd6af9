package dev.cordon.manager;

/**
 * When a peer was last heard and asked. Any inbound frame is a sign of life; what is sent to it is none, because a dead peer's
 * socket takes bytes too. Thread-safe: each field is written as a whole and read for deadlines of seconds.
 */
public final class Liveness {
    private final Ticker ticker;
    private final long opened;
    private volatile long heard;
    private volatile long pinged;
    /** When the first ping went out that was not answered since. */
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

    /** A ping on top of an unanswered one gives the peer no more time. */
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

    /** Asked, and not heard since, for longer than a pong may take. */
    boolean dead(Limits limits) {
        return silentSincePing()
                && ticker.nanos() - asked > limits.pongTimeout().toNanos();
    }

    boolean silentSincePing() {
        return heard - asked < 0;
    }

    /** Has not been heard since the given moment. */
    boolean silentSince(long moment) {
        return heard - moment < 0;
    }
}
