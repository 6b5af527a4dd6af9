package dev.cordon.manager;

import dev.cordon.protocol.StreamPosition;
import java.util.Optional;

/**
 * The position of a connection in one channel. A subscription is attached before the backlog is read. A publication
 * that comes meanwhile only leaves a mark, and is read from the log afterwards. Guarded by the lock of its
 * {@link Subscriber}.
 */
final class Subscription {
    private String epoch = "";
    private long offset;
    private boolean live;
    private boolean missedWhileReading;
    private boolean behind;
    private boolean readRequested;

    /** The relation of a publication to this position. */
    enum Verdict {
        /** The publication follows the last one that the client was given. */
        NEXT,
        /** The client was given the publication before. */
        DUPLICATE,
        /** Publications between this one and the position are missing. */
        GAP,
        /** The backlog is being read, and the publication will be read with it or right after. */
        DEFERRED
    }

    /** Requests a read of the log. Returns false when a read was requested before and has not begun. */
    boolean requestRead() {
        boolean first = !readRequested;
        readRequested = true;
        return first;
    }

    /** Begins the requested read. It may miss later publications, so another read can be requested from here on. */
    void beginRead() {
        readRequested = false;
    }

    Verdict classify(String ofEpoch, long next) {
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

    /** Whether publications are delivered as they come. */
    boolean live() {
        return live;
    }

    /** Notes that the client was given the next publication. */
    void advance() {
        offset++;
    }

    /** Begins delivery of publications as they come. Returns true when some came while the backlog was read. */
    boolean goLive(StreamPosition from) {
        epoch = from.epoch();
        offset = from.offset();
        live = true;
        return missedWhileReading;
    }

    /** Notes that the client may lack publications. Returns false before it is live: going live reads the log. */
    boolean fallBehind() {
        behind |= live;
        missedWhileReading |= !live;
        return live;
    }

    /**
     * The position after which publications may be in the log that the client lacks. Empty before it is live: going
     * live then reads the log.
     */
    Optional<StreamPosition> mayLackAfter() {
        missedWhileReading |= !live;
        return live ? Optional.of(position()) : Optional.empty();
    }

    /** Whether the client lacks the publication at this position. True before the subscription is live. */
    boolean lacks(StreamPosition published) {
        return !live || !epoch.equals(published.epoch()) || offset < published.offset();
    }

    /** Returns whether the subscription was behind, and clears the mark. The caller then reads the log. */
    boolean clearBehind() {
        boolean was = behind;
        behind = false;
        return was;
    }

    StreamPosition position() {
        return new StreamPosition(epoch, offset);
    }
}
