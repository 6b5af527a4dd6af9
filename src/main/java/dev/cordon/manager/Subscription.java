package dev.cordon.manager;

import dev.cordon.protocol.StreamPosition;

/**
 * The position of a connection in one channel. It is attached before the backlog is read. A publication that comes meanwhile only
 * leaves a mark, and is read from the log afterwards. Guarded by the lock of its {@link Subscriber}.
 */
class Subscription {
    private String epoch = "";
    private long offset;
    private boolean live;
    private boolean missedWhileReading;
    private boolean behind;
    private boolean readRequested;

    /** How a publication stands to this position. */
    enum Verdict {
        /** It follows the last one that the client was given. */
        NEXT,
        /** The client was given it before. */
        DUPLICATE,
        /** Others between it and the position are missing. */
        GAP,
        /** The backlog is being read, and the publication is read with it or right after. */
        DEFERRED
    }

    /** Resets to where a subscription begins. */
    final void begin() {
        epoch = "";
        offset = 0;
        live = false;
        missedWhileReading = false;
        behind = false;
        readRequested = false;
    }

    /** Requests a read of the log. False when one was requested before and has not begun. */
    final boolean requestRead() {
        boolean first = !readRequested;
        readRequested = true;
        return first;
    }

    /** The requested read begins. It may miss what is published from here on, so that another one can be requested. */
    final void beginRead() {
        readRequested = false;
    }

    final Verdict classify(String ofEpoch, long next) {
        if (!live) {
            missedWhileReading = true;
            return Verdict.DEFERRED;
        }
        if (!epoch.equals(ofEpoch)) {
            return Verdict.GAP;
        }
        if (next <= offset) {
            return Verdict.DUPLICATE;
        }
        return next == offset + 1 ? Verdict.NEXT : Verdict.GAP;
    }

    /** The client has been given the next publication. */
    final void advance() {
        offset++;
    }

    /** From now on publications are delivered as they come. True when some came while the backlog was read. */
    final boolean goLive(StreamPosition from) {
        epoch = from.epoch();
        offset = from.offset();
        live = true;
        return missedWhileReading;
    }

    /** The log may hold publications that the client lacks. False before the subscription is live: it reads the log then. */
    final boolean fallBehind() {
        behind |= live;
        missedWhileReading |= !live;
        return live;
    }

    /** Whether the client lacks the publication at this position. True before the subscription is live. */
    final boolean lacks(StreamPosition published) {
        return !live || !epoch.equals(published.epoch()) || offset < published.offset();
    }

    /** Returns whether it was behind, and clears the mark: the caller is about to read. */
    final boolean clearBehind() {
        boolean was = behind;
        behind = false;
        return was;
    }

    final StreamPosition position() {
        return new StreamPosition(epoch, offset);
    }
}
