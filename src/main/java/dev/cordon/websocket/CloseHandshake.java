package dev.cordon.websocket;

/**
 * The state machine of one connection's close handshake (RFC 6455 §7.1). Each transition returns the action that its
 * caller must carry out; no two callers get the same action. Thread-safe; no action runs under the lock.
 */
final class CloseHandshake {
    /** What a transition asks of its caller. */
    enum Action {
        NOTHING,
        /** Send a close frame. When the wire has accepted the frame, call {@link #closeFrameTaken}. */
        SEND_CLOSE_FRAME,
        /** Close the output side. The peer's frames are no longer read; only the end of its stream is awaited. */
        END_OUTPUT,
        /** Close the socket after all written bytes. Only {@link #NOTHING} follows. */
        CLOSE_SOCKET,
        /** Free the socket at once. Only {@link #NOTHING} follows. */
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

    /** Begins to close the connection from this side. */
    synchronized Action close() {
        if (state != State.OPEN) {
            return Action.NOTHING;
        }
        state = State.CLOSING;
        return Action.SEND_CLOSE_FRAME;
    }

    /** Records the peer's close frame: the answer to ours, or the first one. */
    synchronized Action peerClosed() {
        peerClosed = true;
        return state == State.CLOSING && frameTaken ? shut(Action.CLOSE_SOCKET) : close();
    }

    /** Records that the peer's frames are no longer read, so that its close frame will not be seen. */
    synchronized void stopReading() {
        deaf = true;
    }

    /** Records that the peer broke the protocol: its frames are no longer read. */
    synchronized Action peerFaulted() {
        stopReading();
        return close();
    }

    /** Records that the wire has accepted the close frame. */
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

    /** Records that the connection is lost, or must be given up. */
    synchronized Action lost() {
        return state == State.SHUT ? Action.NOTHING : shut(Action.ABORT);
    }

    private Action shut(Action last) {
        state = State.SHUT;
        return last;
    }
}
