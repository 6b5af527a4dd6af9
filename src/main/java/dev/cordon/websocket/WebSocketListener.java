package dev.cordon.websocket;

/**
 * Receives the messages of one {@link WebSocketConnection} and its end. The reading thread calls the listener, one call
 * at a time, unless a method says otherwise. No method may throw.
 */
public interface WebSocketListener {
    /** Bytes have been read; the messages in them follow. */
    void readBegins();

    /** All messages of the read have been handed over. */
    void readEnds();

    /** Whether messages are binary in both directions. Otherwise they are texts. It never changes. */
    boolean binary();

    /** A complete message; of a text, valid UTF-8. The connection reuses the array when this returns. */
    void message(byte[] bytes, int from, int to);

    /**
     * A compressed message has arrived. Once inflated, it is handed to {@link #message}.
     *
     * @param bytes of the message as it came
     * @return false if the listener takes no messages any more: then the message is ignored
     */
    boolean inflates(int bytes);

    /** A ping or a pong came: the peer is alive. */
    void alive();

    /** Writes the frames that are owed to the peer. Called before the close frame, after which nothing is written. */
    void flush();

    /** The peer broke the protocol. The close frame with the fault's code follows, then {@link #ended(CloseCause)}. */
    void faulted(WireFault fault);

    /** The connection ends. Called for the first cause on any thread, and perhaps again for a later one. */
    void ended(CloseCause cause);

    /** Whether the peer may send long messages. Called on any thread. */
    boolean accepted();

    /** Whether the next message is handled without waiting for anything outside the process. */
    boolean prompt();

    /**
     * Whether reading must pause.
     *
     * @param more resumes reading; if this returns true, it runs on any thread once reading may go on
     */
    boolean pause(Runnable more);

    /** The thread that saw the bytes arrive has read them. */
    void readInPlace();

    /**
     * Runs a task on a thread that may wait.
     *
     * @return false if no thread will run it
     */
    boolean later(Runnable task);
}
