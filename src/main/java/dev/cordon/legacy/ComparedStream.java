package dev.cordon.legacy;

import dev.cordon.legacy.Divergence.Cause;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one manager writes to one connection, compared with what was sent to its user. Messages are told apart by their
 * text, so of two with the same text it knows only how often it came.
 *
 * <p>Only sendings of which one returned before the other began have an order. A message whose sending overlapped the
 * opening of the connection may come or not. Bounds: {@link #MAX_DUE} messages that are still to come, and the last
 * {@link #MAX_PAST} that came. Thread-safe; under its lock it calls the reporter only.
 */
final class ComparedStream {
    /** A message that comes later than this is late. */
    static final Duration LATE = Duration.ofSeconds(1);

    /** A message that has not come by then is lost. */
    static final Duration LOST = Duration.ofSeconds(30);

    /** Most messages that are still to come; beyond, the oldest is lost. */
    static final int MAX_DUE = 1024;

    /** Most messages that are remembered after they came, and after they were lost. */
    static final int MAX_PAST = 256;

    private final UserId user;
    private final RecentSends recent;
    private final boolean timed;
    private final BiConsumer<Cause, Optional<UserId>> report;
    private final Deque<Due> due = new ArrayDeque<>();
    private final Deque<Long> came = new ArrayDeque<>();
    private final Deque<Long> lost = new ArrayDeque<>();
    private long latest = Long.MIN_VALUE;
    private long messages;

    /** @param must false if it may be missing */
    private record Due(Sent sent, boolean must) {
        boolean overdue(long now, Duration by) {
            return now - sent.at > by.toNanos();
        }
    }

    /**
     * @param timed whether a message may be late: a shadow gets each only after the serving manager
     * @param report gets each divergence, with the other user of a leaked message; must neither wait nor call back
     */
    ComparedStream(UserId user, RecentSends recent, boolean timed, BiConsumer<Cause, Optional<UserId>> report) {
        this.user = user;
        this.recent = recent;
        this.timed = timed;
        this.report = report;
    }

    synchronized void expect(Sent sent, boolean must) {
        if (due.size() >= MAX_DUE) {
            missed(due.removeFirst());
        }
        due.addLast(new Due(sent, must));
    }

    synchronized void received(String payload, long now) {
        messages++;
        long digest = Sent.digest(payload);
        Due match = take(digest);
        if (match != null) {
            judge(match.sent(), now);
            remember(came, digest);
        } else if (lost.removeFirstOccurrence(digest)) {
            report(Cause.LATE);
            remember(came, digest);
        } else if (came.contains(digest)) {
            report(Cause.DUPLICATED);
        } else {
            stray(digest);
        }
    }

    private @Nullable Due take(long digest) {
        for (Iterator<Due> each = due.iterator(); each.hasNext(); ) {
            Due next = each.next();
            if (next.sent().digest == digest) {
                each.remove();
                return next;
            }
        }
        return null;
    }

    private void judge(Sent sent, long now) {
        if (sent.ended < latest) {
            report(Cause.REORDERED);
        }
        if (timed && now - sent.at > LATE.toNanos()) {
            report(Cause.LATE);
        }
        latest = Math.max(latest, sent.begun);
    }

    /** A message of the user itself that is not due was sent before the connection opened: it may come. */
    private void stray(long digest) {
        Optional<UserId> sentTo = recent.user(digest);
        if (sentTo.isEmpty()) {
            report(Cause.UNASKED);
        } else if (!sentTo.get().equals(user)) {
            report.accept(Cause.LEAKED, sentTo);
        }
    }

    /** Reports the messages that are lost by now. */
    synchronized void settle(long now) {
        while (!due.isEmpty() && due.getFirst().overdue(now, LOST)) {
            missed(due.removeFirst());
        }
    }

    /**
     * Ends the comparison. A message that had no second to come, and behind which none came, is not judged: it was under
     * way when the connection ended.
     */
    synchronized void end(long now) {
        for (Due each : due) {
            if (each.overdue(now, LATE) || each.sent().ended < latest) {
                missed(each);
            }
        }
        due.clear();
    }

    private void missed(Due message) {
        if (message.must()) {
            report(Cause.LOST);
            remember(lost, message.sent().digest);
        }
    }

    private static void remember(Deque<Long> past, long digest) {
        if (past.size() >= MAX_PAST) {
            past.removeFirst();
        }
        past.addLast(digest);
    }

    private void report(Cause cause) {
        report.accept(cause, Optional.empty());
    }

    /** Number of messages that came. */
    synchronized long messages() {
        return messages;
    }
}
