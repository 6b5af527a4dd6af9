package dev.cordon.log;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledged positions of one channel's sessions, at most {@link UserLog#MAX_SESSIONS}. One more takes the place
 * of the session that was inactive for the longest. Guarded by the channel's monitor.
 */
final class SessionPositions {
    static final long NONE = -1;

    private final UserId owner;
    private final UserQuota totals;
    /** Ordered by last activity, the longest inactive session first. */
    private final LinkedHashMap<SessionId, Position> bySession = new LinkedHashMap<>(2, 0.75f, true);

    private static final class Position {
        private long offset;
        private long sign;
    }

    SessionPositions(UserId owner, UserQuota totals) {
        this.owner = owner;
        this.totals = totals;
    }

    /** Returns the session's offset; {@link #NONE} when its position is not kept. Counts as the session's activity. */
    long of(SessionId session, long now) {
        Position position = signed(session, now);
        return position == null ? NONE : position.offset;
    }

    /** Whether the session's position is kept. Does not count as activity. */
    boolean keeps(SessionId session) {
        return bySession.containsKey(session);
    }

    /**
     * Moves a session's position forward, never back. Adds it if it was not kept, when there is room. Returns the
     * session's offset, kept or not.
     */
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

    /** The sessions whose last activity was at this time or before. */
    List<SessionId> quietSince(long time) {
        return bySession.entrySet().stream()
                .filter(entry -> entry.getValue().sign <= time)
                .map(entry -> entry.getKey())
                .toList();
    }

    /** Removes a session's position, unless the session was active after {@code quietSince}. */
    void forget(SessionId session, long quietSince) {
        // Through the view: a look-up would count as a use and change the order.
        if (bySession
                .entrySet()
                .removeIf(entry -> entry.getKey().equals(session) && entry.getValue().sign <= quietSince)) {
            totals.release(owner);
        }
    }

    /** Drops all positions. */
    void drop() {
        bySession.keySet().forEach(session -> totals.drop(owner));
        bySession.clear();
    }

    boolean isEmpty() {
        return bySession.isEmpty();
    }
}
