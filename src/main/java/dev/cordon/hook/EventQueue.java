package dev.cordon.hook;

import dev.cordon.hook.HookCounters.Told;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/**
 * The events that are to be told. A user's events are told one at a time, in their order; users take turns. An event that
 * finds its back end away stays first of its user's and is told again later. Bounded in events: the first half of the
 * bound is for all, the second half for {@link SessionEvent.Kind#DISCONNECTED} alone. What finds no room is counted and
 * logged. Thread-safe; adding neither blocks nor calls the application.
 */
final class EventQueue {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final List<HookPort> ports;
    private final HookSettings settings;
    private final HookCounters counters;
    private final HookThreads threads;
    private final LongSupplier nanos;
    private final Duration firstPause;
    private final Map<UserId, Line> lines = new HashMap<>();
    private final Queue<Line> ready = new ArrayDeque<>();
    private int size;
    private int running;

    /** The events of one user. Guarded by the queue's lock, but for {@link #heard}, which belongs to the turn. */
    private static final class Line {
        final UserId user;
        final Queue<SessionEvent> events = new ArrayDeque<>();
        /** Ports that have heard the first event. */
        int heard;

        Duration pause = Duration.ZERO;

        Line(UserId user) {
            this.user = user;
        }
    }

    /** @param firstPause {@link #FIRST_PAUSE} */
    EventQueue(
            List<HookPort> ports,
            HookSettings settings,
            HookCounters counters,
            HookThreads threads,
            LongSupplier nanos,
            Duration firstPause) {
        this.ports = List.copyOf(ports);
        this.settings = settings;
        this.counters = counters;
        this.threads = threads;
        this.nanos = nanos;
        this.firstPause = firstPause;
    }

    void add(SessionEvent event) {
        if (!queued(event)) {
            counters.eventsLost.increment();
            ApplicationLog.warn(
                    "An event for the application's hooks was lost",
                    ": " + event.kind() + " of user " + event.client().user()
                            + "; more than cordon.hook.max-queued-events=" + settings.maxQueuedEvents() + " wait");
            return;
        }
        counters.queuedEvents.increment();
        begin();
    }

    private synchronized boolean queued(SessionEvent event) {
        int most = settings.maxQueuedEvents();
        int room = event.kind() == SessionEvent.Kind.DISCONNECTED ? most : Math.max(1, most / 2);
        if (size >= room) {
            return false;
        }
        size++;
        Line line = lines.get(event.client().user());
        if (line == null) {
            line = new Line(event.client().user());
            lines.put(line.user, line);
            ready.add(line);
        }
        line.events.add(event);
        return true;
    }

    /** Gives the free places to users whose turn it is. */
    private void begin() {
        List<Line> begun = new ArrayList<>(1);
        synchronized (this) {
            while (running < settings.eventsAtATime() && !ready.isEmpty()) {
                begun.add(ready.remove());
                running++;
            }
        }
        for (Line line : begun) {
            try {
                threads.execute(() -> tell(line));
            } catch (RejectedExecutionException e) {
                // The node has stopped: leftAfter has counted what waits.
                return;
            }
        }
    }

    /** Tells the first event of a user to the next port. */
    private void tell(Line line) {
        SessionEvent event = first(line);
        HookPort port = ports.get(line.heard);
        if (!port.listensTo().contains(event.kind())) {
            told(line);
            return;
        }
        CallTime time = new CallTime(settings.deadline(), nanos);
        Future<?> timeout;
        try {
            timeout = threads.later(settings.deadline(), () -> late(time));
        } catch (RejectedExecutionException e) {
            // The node has stopped: leftAfter has counted what waits.
            return;
        }
        CompletableFuture<?> stage = time.within(() -> port.tell(event, time));
        if (stage.isDone()) {
            came(line, event, time, timeout, stage);
        } else {
            CompletableFuture<?> unused =
                    stage.whenCompleteAsync((done, failure) -> came(line, event, time, timeout, stage), threads);
        }
    }

    private void late(CallTime time) {
        if (time.over()) {
            counters.overdue.increment();
        }
    }

    private void came(Line line, SessionEvent event, CallTime time, Future<?> timeout, CompletableFuture<?> stage) {
        timeout.cancel(false);
        if (time.ended()) {
            counters.overdue.decrement();
        }
        Throwable failure = stage.handle((done, thrown) -> thrown).join();
        if (failure == null) {
            counters.event(Told.TOLD);
        } else if (ApplicationLog.cause(failure) instanceof UnavailableException away) {
            counters.event(Told.RETRIED);
            ApplicationLog.warn("Events for the application wait", ": " + away.getMessage());
            again(line);
            return;
        } else {
            counters.event(Told.FAILED);
            ApplicationLog.failed(
                    "An event was not told to the application",
                    ": " + event.kind() + " of user " + event.client().user(),
                    failure);
        }
        told(line);
    }

    private synchronized SessionEvent first(Line line) {
        return line.events.element();
    }

    /** The port is done with the first event of the line. */
    private void told(Line line) {
        synchronized (this) {
            line.pause = Duration.ZERO;
            if (++line.heard == ports.size()) {
                line.heard = 0;
                line.events.remove();
                size--;
                counters.queuedEvents.decrement();
            }
            running--;
            if (line.events.isEmpty()) {
                lines.remove(line.user);
                notifyAll();
            } else {
                ready.add(line);
            }
        }
        begin();
    }

    private void again(Line line) {
        Duration pause;
        synchronized (this) {
            running--;
            pause = line.pause.isZero() ? firstPause : line.pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            line.pause = pause;
        }
        try {
            Future<?> unused = threads.later(pause, () -> {
                synchronized (this) {
                    ready.add(line);
                }
                begin();
            });
        } catch (RejectedExecutionException e) {
            // The node has stopped: leftAfter has counted what waits.
            return;
        }
        begin();
    }

    /** Waits until all events have been told, for a limited time. Returns the number of those that have not. */
    synchronized int leftAfter(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        try {
            for (long left = most.toMillis(); size > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return size;
    }
}
