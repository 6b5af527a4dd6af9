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
    private volatile long drainingSince;

    Liveness(Ticker ticker) {
        this.ticker = ticker;
        this.opened = ticker.nanos();
        this.heard = opened;
        this.pinged = opened;
        this.drainingSince = opened;
    }

    void heard() {
        heard = ticker.nanos();
    }

    void pinged() {
        pinged = ticker.nanos();
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
                && ticker.nanos() - pinged > limits.pongTimeout().toNanos();
    }

    boolean silentSincePing() {
        return heard - pinged < 0;
    }

    /** Has not been heard since the given moment. */
    boolean silentSince(long moment) {
        return heard - moment < 0;
    }
}
