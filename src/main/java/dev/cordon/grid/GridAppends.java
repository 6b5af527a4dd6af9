package dev.cordon.grid;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The queue of appends to the log on the grid. What waits for one channel is stored by one change of its record, in
 * order of arrival; channels do not wait for each other. Bounded in appends and bytes. Thread-safe; calls nothing under
 * its lock.
 */
final class GridAppends {
    /** Most appends that wait, those under way included. */
    static final int MAX_WAITING = 20_000;

    /** Most payload bytes that wait, those under way included. */
    static final long MAX_BYTES = 64L * 1024 * 1024;

    /** Most appends of one change. */
    static final int MAX_TOGETHER = 128;

    /** Time after which a caller is told that its append may not be stored. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Committer committer;
    private final Executor threads;
    private final Map<Channel, ArrayDeque<One>> waiting = new HashMap<>();
    private volatile Consumer<Channel> whenLate = channel -> {};
    private int count;
    private long bytes;
    private boolean closed;

    /** Stores appends to one channel, in order. */
    interface Committer {
        List<Appended> commit(Channel channel, List<Append> appends);
    }

    GridAppends(Committer committer, Executor threads) {
        this.committer = committer;
        this.threads = threads;
    }

    /** One append of a call. */
    private record One(Append append, int place, Call call) {
        int bytes() {
            return append.payload().size();
        }
    }

    /** The appends of one caller. */
    private static final class Call {
        private final AtomicReferenceArray<Appended> results;
        private final AtomicInteger left;
        private final CompletableFuture<List<Appended>> result = new CompletableFuture<>();

        Call(int appends) {
            results = new AtomicReferenceArray<>(appends);
            left = new AtomicInteger(appends);
        }

        /** Returns false if the caller has given up. */
        boolean done(int place, Appended appended) {
            results.set(place, appended);
            if (left.decrementAndGet() > 0) {
                return !result.isDone();
            }
            List<Appended> all = new ArrayList<>(results.length());
            for (int i = 0; i < results.length(); i++) {
                all.add(results.get(i));
            }
            return result.complete(all);
        }
    }

    void whenLate(Consumer<Channel> tell) {
        whenLate = tell;
    }

    /** Does not wait. If one append fails, the stage fails; the others may be stored. */
    CompletionStage<List<Appended>> append(List<Append> appends) {
        Call call = new Call(appends.size());
        if (appends.isEmpty()) {
            return CompletableFuture.completedStage(List.of());
        }
        Map<Channel, List<One>> byChannel = new LinkedHashMap<>();
        for (int i = 0; i < appends.size(); i++) {
            byChannel
                    .computeIfAbsent(appends.get(i).channel(), channel -> new ArrayList<>())
                    .add(new One(appends.get(i), i, call));
        }
        List<Channel> idle = add(byChannel, appends);
        idle.forEach(this::begin);
        return call.result.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).exceptionally(GridAppends::failed);
    }

    private static List<Appended> failed(Throwable e) {
        if (e instanceof TimeoutException) {
            throw new LogUnavailableException("the data grid does not answer in time");
        }
        throw e instanceof RuntimeException known ? known : new CompletionException(e);
    }

    /** Returns the channels of which nothing waited. */
    private synchronized List<Channel> add(Map<Channel, List<One>> byChannel, List<Append> appends) {
        long size = appends.stream().mapToLong(each -> each.payload().size()).sum();
        if (closed) {
            throw new LogUnavailableException("the log is closed");
        }
        if (count + appends.size() > MAX_WAITING || (count > 0 && bytes + size > MAX_BYTES)) {
            throw new LogUnavailableException("too many publications wait for the data grid");
        }
        count += appends.size();
        bytes += size;
        List<Channel> idle = new ArrayList<>();
        byChannel.forEach((channel, ones) -> {
            ArrayDeque<One> queue = waiting.get(channel);
            if (queue == null) {
                queue = new ArrayDeque<>();
                waiting.put(channel, queue);
                idle.add(channel);
            }
            queue.addAll(ones);
        });
        return idle;
    }

    private void begin(Channel channel) {
        try {
            threads.execute(() -> work(channel));
        } catch (RejectedExecutionException e) {
            for (List<One> group = next(channel); !group.isEmpty(); group = next(channel)) {
                fail(group, new LogUnavailableException("too many operations wait for the data grid"));
            }
        }
    }

    private void work(Channel channel) {
        for (List<One> group = next(channel); !group.isEmpty(); group = next(channel)) {
            try {
                List<Appended> results = committer.commit(
                        channel, group.stream().map(One::append).toList());
                complete(channel, group, results);
            } catch (OutOfMemoryError e) {
                OutOfMemory.ends(e);
            } catch (RuntimeException | Error e) {
                fail(group, e);
            }
        }
    }

    /** The next group of a channel. If nothing waits, the channel is idle from then on. */
    private synchronized List<One> next(Channel channel) {
        ArrayDeque<One> queue = waiting.get(channel);
        List<One> group = new ArrayList<>();
        while (queue != null && !queue.isEmpty() && group.size() < MAX_TOGETHER) {
            One next = queue.remove();
            if (next.call().result.isDone()) {
                left(next);
            } else {
                group.add(next);
            }
        }
        if (group.isEmpty()) {
            waiting.remove(channel);
        }
        return group;
    }

    private void left(One one) {
        count--;
        bytes -= one.bytes();
    }

    private void complete(Channel channel, List<One> group, List<Appended> results) {
        leave(group);
        boolean late = false;
        for (int i = 0; i < group.size(); i++) {
            late |= !group.get(i).call().done(group.get(i).place(), results.get(i));
        }
        if (late) {
            whenLate.accept(channel);
        }
    }

    private synchronized void leave(List<One> group) {
        group.forEach(this::left);
    }

    private void fail(List<One> group, Throwable e) {
        leave(group);
        group.forEach(one -> one.call().result.completeExceptionally(e));
    }

    void close() {
        List<One> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            waiting.values().forEach(all::addAll);
        }
        all.forEach(one -> one.call().result.completeExceptionally(new LogUnavailableException("the log is closed")));
    }
}
