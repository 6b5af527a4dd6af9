package dev.cordon.websocket;

/**
 * The state of one connection's close handshake (RFC 6455 §7.1). Each transition returns what its caller must do, and no two
 * callers are told to do the same. Thread-safe; nothing runs under its lock.
 */
final class CloseHandshake {
    /** What a transition asks of its caller. */
    enum Action {
        NOTHING,
        /** Send a close frame. When the wire has taken it, call {@link #closeFrameTaken}. */
        SEND_CLOSE_FRAME,
        /** End this side of the line: the peer's frames are not read any more, but its end is. */
        END_OUTPUT,
        /** Close the socket behind what was written. The last action but for none. */
        CLOSE_SOCKET,
        /** Free the socket at once. The last action but for none. */
        ABORT
    }

    private enum State {
        OPEN,
        CLOSING,
        SHUT
    }

    private volatile State state = State.OPEN;
    private boolean frameTaken;
    private boolean peerClosed;
    private boolean deaf;

    /** Whether messages are still handled. */
    boolean open() {
        return state == State.OPEN;
    }

    /** Whether the socket has been closed or freed. */
    boolean shut() {
        return state == State.SHUT;
    }

    /** This side wants to end the connection. */
    synchronized Action close() {
        if (state != State.OPEN) {
            return Action.NOTHING;
        }
        state = State.CLOSING;
        return Action.SEND_CLOSE_FRAME;
    }

    /** The peer's close frame came: an answer to ours, or the first one. */
    synchronized Action peerClosed() {
        peerClosed = true;
        return state == State.CLOSING && frameTaken ? shut(Action.CLOSE_SOCKET) : close();
    }

    /** None of the peer's frames is read from now on, so its close frame will not be seen. */
    synchronized void stopReading() {
        deaf = true;
    }

    /** The peer broke the rules: none of its frames is read from now on. */
    synchronized Action peerFaulted() {
        stopReading();
        return close();
    }

    /** The wire has taken the close frame. */
    synchronized Action closeFrameTaken() {
        frameTaken = true;
        if (state == State.SHUT) {
            return Action.NOTHING;
        }
        if (peerClosed) {
            return shut(Action.CLOSE_SOCKET);
        }
        return deaf ? Action.END_OUTPUT : Action.NOTHING;
    }

    /** The line is gone, or has to go. */
    synchronized Action lost() {
        return state == State.SHUT ? Action.NOTHING : shut(Action.ABORT);
    }

    private Action shut(Action last) {
        state = State.SHUT;
        return last;
    }
}
