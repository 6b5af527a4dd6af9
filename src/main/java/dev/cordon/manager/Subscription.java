package dev.cordon.manager;

import dev.cordon.protocol.StreamPosition;

/**
 * A connection's place in one channel. It is attached before the backlog is read; what is published meanwhile only leaves a mark,
 * and is read from the log afterwards. Guarded by its connection.
 */
class Subscription {
    private String epoch = "";
    private long offset;
    private boolean live;
    private boolean missedWhileReading;
    private boolean behind;
    /** A read has been asked for and not begun. */
    private boolean asked;

    /** What to do with a publication at this place. */
    enum Verdict {
        NEXT,
        OLD,
        GAP,
        /** The backlog is being read: it will be found there. */
        LATER
    }

    /** Back to where a subscription begins. */
    final void begin() {
        epoch = "";
        offset = 0;
        live = false;
        missedWhileReading = false;
        behind = false;
        asked = false;
    }

    /** Whether to ask for a read: not when one has been asked for and not begun. */
    final boolean asksToRead() {
        boolean first = !asked;
        asked = true;
        return first;
    }

    /** From now on another may be asked for: what is published from here on may be missing in this one. */
    final void readingBegins() {
        asked = false;
    }

    final Verdict judge(String ofEpoch, long next) {
        if (!live) {
            missedWhileReading = true;
            return Verdict.LATER;
        }
        if (!epoch.equals(ofEpoch)) {
            return Verdict.GAP;
        }
        if (next <= offset) {
            return Verdict.OLD;
        }
        return next == offset + 1 ? Verdict.NEXT : Verdict.GAP;
    }

    /** It has been given the next one. */
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

    /** Something may be in the log that it was not given. False when it has not begun to follow: it will read then. */
    final boolean fallBehind() {
        behind |= live;
        missedWhileReading |= !live;
        return live;
    }

    /** Whether it was not given the publication there, as far as it knows: one that has not begun to follow knows nothing. */
    final boolean lacks(StreamPosition published) {
        return !live || !epoch.equals(published.epoch()) || offset < published.offset();
    }

    /** Whether it was behind; it is about to read. */
    final boolean catchesUp() {
        boolean was = behind;
        behind = false;
        return was;
    }

    final StreamPosition position() {
        return new StreamPosition(epoch, offset);
    }
}
