package dev.cordon.manager;

import dev.cordon.protocol.StreamPosition;

/**
 * A connection's place in one channel. It is attached before the backlog is read; what is published meanwhile only leaves a mark,
 * and is read from the log afterwards. Guarded by its connection.
 */
final class Subscription {
    private StreamPosition position = new StreamPosition("", 0);
    private boolean live;
    private boolean missedWhileReading;

    /** What to do with a publication at this place. */
    enum Verdict {
        NEXT,
        OLD,
        GAP,
        /** The backlog is being read: it will be found there. */
        LATER
    }

    Verdict judge(String epoch, long offset) {
        if (!live) {
            missedWhileReading = true;
            return Verdict.LATER;
        }
        if (!position.epoch().equals(epoch)) {
            return Verdict.GAP;
        }
        if (offset <= position.offset()) {
            return Verdict.OLD;
        }
        return offset == position.offset() + 1 ? Verdict.NEXT : Verdict.GAP;
    }

    void advance(StreamPosition to) {
        position = to;
    }

    /** From now on publications are delivered as they come. True when some came while the backlog was read. */
    boolean goLive(StreamPosition from) {
        position = from;
        live = true;
        return missedWhileReading;
    }

    StreamPosition position() {
        return position;
    }
}
