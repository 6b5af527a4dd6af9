package dev.cordon.websocket;

/**
 * Hears what one {@link WebSocketConnection} receives and how it ends. The reading thread calls it, one call at a time, unless
 * a method says otherwise. It must not throw.
 */
public interface WebSocketListener {
    /** Bytes have been read; the messages in them follow. */
    void readBegins();

    /** All that was read has been handed over. */
    void readEnds();

    /** A whole text message of valid UTF-8. The array is the connection's again when this returns. */
    void message(byte[] utf8, int from, int to);

    /** A ping or a pong came: the peer is there. */
    void alive();

    /** Writes what the peer has been promised, before the close frame, behind which nothing is written. */
    void flush();

    /** The peer broke the rules. The close frame with the fault's code follows, then {@link #ended(CloseCause)}. */
    void faulted(WireFault fault);

    /** The connection ends. Called for the first cause on any thread, and perhaps again for a later one. */
    void ended(CloseCause cause);

    /** Whether the peer may send long messages. Any thread. */
    boolean accepted();

    /** Whether the next message is handled without waiting for anything outside of the process. */
    boolean prompt();

    /**
     * Whether no more should be read for now.
     *
     * @param more reads on; run once it may, on any thread, if this returns true
     */
    boolean pause(Runnable more);

    /** A read was done by the thread that saw the bytes arrive. */
    void readInPlace();

    /**
     * Runs a task on a thread that may wait.
     *
     * @return false if none will run it
     */
    boolean later(Runnable task);
}
