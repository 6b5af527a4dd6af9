package dev.cordon.log;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Up to where the sessions of one channel have acknowledged, at most {@link UserLog#MAX_SESSIONS} of them: one more takes the place of
 * that which gave no sign for the longest. Guarded by the channel's monitor.
 */
final class SessionPositions {
    static final long NONE = -1;

    private final UserId owner;
    private final UserQuota totals;
    /** Ordered by the last sign of each. */
    private final LinkedHashMap<SessionId, Position> bySession = new LinkedHashMap<>(2, 0.75f, true);

    private static final class Position {
        private long offset;
        private long sign;
    }

    SessionPositions(UserId owner, UserQuota totals) {
        this.owner = owner;
        this.totals = totals;
    }

    /** Where the session stands, which is a sign of it; {@link #NONE} when it is not kept. */
    long of(SessionId session, long now) {
        Position position = signed(session, now);
        return position == null ? NONE : position.offset;
    }

    /** Whether the session's position is kept; no sign of it. */
    boolean keeps(SessionId session) {
        return bySession.containsKey(session);
    }

    /** Moves it on, never back; one that is not kept begins here, if there is room. Where it stands. */
    long atLeast(SessionId session, long offset, long now) {
        Position position = signed(session, now);
        if (position != null) {
            position.offset = Math.max(position.offset, offset);
            return position.offset;
        }
        makeRoom();
        if (totals.acquire(owner)) {
            Position added = new Position();
            added.offset = offset;
            added.sign = now;
            bySession.put(session, added);
        }
        return offset;
    }

    private @Nullable Position signed(SessionId session, long now) {
        Position position = bySession.get(session);
        if (position != null) {
            position.sign = Math.max(position.sign, now);
        }
        return position;
    }

    private void makeRoom() {
        if (bySession.size() >= UserLog.MAX_SESSIONS) {
            Iterator<SessionId> quietest = bySession.keySet().iterator();
            quietest.next();
            quietest.remove();
            totals.drop(owner);
        }
    }

    /** Sessions without a sign since. */
    List<SessionId> quietSince(long time) {
        return bySession.entrySet().stream()
                .filter(entry -> entry.getValue().sign <= time)
                .map(entry -> entry.getKey())
                .toList();
    }

    /** Unless it gave a sign meanwhile. */
    void forget(SessionId session, long quietSince) {
        // Through the view: a look-up would count as a use and change the order.
        if (bySession
                .entrySet()
                .removeIf(entry -> entry.getKey().equals(session) && entry.getValue().sign <= quietSince)) {
            totals.release(owner);
        }
    }

    /** Gives up all of them. */
    void drop() {
        bySession.keySet().forEach(session -> totals.drop(owner));
        bySession.clear();
    }

    boolean isEmpty() {
        return bySession.isEmpty();
    }
}
