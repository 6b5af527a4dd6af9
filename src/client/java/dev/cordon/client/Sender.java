package dev.cordon.client;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A thread with one connection: takes calls from its queue, sends them in one request, hands out the answers. What may be
 * sent again goes back to the front of the queue. Its thread completes the futures.
 */
final class Sender implements Runnable, Deadlines.Timed {
    /** Nodes end connections that are idle for longer; before, they are ended here. */
    private static final long MAX_IDLE = TimeUnit.SECONDS.toNanos(10);

    private final CallQueue queue;
    private final Room room;
    private final Nodes nodes;
    private final Deadlines deadlines;
    private final SSLContext tls;
    private final long attemptNanos;
    private final int preferred;
    private volatile @Nullable HttpConnection connection;
    private volatile List<Call<?>> current = List.of();
    private volatile long attemptEnd;
    private volatile boolean ended;

    /** @param preferred number of the node that it asks while that one works */
    Sender(
            CallQueue queue,
            Room room,
            Nodes nodes,
            Deadlines deadlines,
            SSLContext tls,
            long attemptNanos,
            int preferred) {
        this.queue = queue;
        this.room = room;
        this.nodes = nodes;
        this.deadlines = deadlines;
        this.tls = tls;
        this.attemptNanos = attemptNanos;
        this.preferred = preferred;
    }

    @Override
    public void run() {
        while (served()) {}
        drop();
    }

    /** Sends one request. Returns false at the end. */
    private boolean served() {
        try {
            if (!queue.await()) {
                return false;
            }
            Node node = node();
            long pause = node.pause(System.nanoTime());
            if (pause > 0) {
                queue.pause(pause);
            }
            send(queue.take(), node);
        } catch (InterruptedException e) {
            // By a callback of the application's: the status is cleared, and the calls that wait are still to be sent.
        }
        return true;
    }

    /** Returns the node of the connection if that can be used on; else the one to ask next. */
    private Node node() {
        HttpConnection open = connection;
        if (open != null && open.usable(MAX_IDLE) && open.node().pause(System.nanoTime()) <= 0) {
            return open.node();
        }
        drop();
        return nodes.choose(preferred);
    }

    private void send(List<Call<?>> calls, Node node) {
        if (calls.isEmpty()) {
            return;
        }
        begin(calls);
        Exchange exchange = new Exchange(node, nodes, preferred, calls);
        try {
            attempt(exchange, calls.get(0).command().repeatable());
        } finally {
            current = List.of();
            List<Call<?>> again = exchange.again();
            room.release(calls.size() - again.size(), bytes(calls) - bytes(again));
            queue.putBack(again);
            again.forEach(call -> deadlines.expect(call.deadline()));
        }
    }

    private static long bytes(List<Call<?>> calls) {
        long bytes = 0;
        for (Call<?> call : calls) {
            bytes += call.body().length;
        }
        return bytes;
    }

    private void attempt(Exchange exchange, boolean reuse) {
        try {
            HttpConnection open = connected(exchange.node(), reuse);
            // While it was connected, some may have ended.
            List<Call<?>> leaving = exchange.leaving();
            if (!leaving.isEmpty()) {
                exchange.answered(open.exchange(Requests.of(exchange.node(), leaving)));
            }
        } catch (IOException | RuntimeException e) {
            failed(exchange, e);
        } catch (Error e) {
            // Such as too little memory: the calls end, and this thread goes on with the next.
            failed(exchange, new IOException(e));
        }
    }

    private void failed(Exchange exchange, Exception why) {
        HttpConnection failed = connection;
        boolean stale = failed != null && failed.stale() && attemptEnd - System.nanoTime() > 0;
        drop();
        exchange.failed(why, stale);
    }

    private void begin(List<Call<?>> calls) {
        long now = System.nanoTime();
        long shortest = attemptNanos;
        long longest = 0;
        for (Call<?> call : calls) {
            shortest = Math.min(shortest, call.deadline() - now);
            longest = Math.max(longest, call.deadline() - now);
        }
        attemptEnd = now + Math.min(attemptNanos, longest);
        current = calls;
        // Between queue and sender a look at the deadlines has missed them.
        deadlines.expect(now + shortest);
    }

    /** @param reuse false for a command that must not be lost with a connection that the node is just ending */
    private HttpConnection connected(Node node, boolean reuse) throws IOException {
        HttpConnection open = connection;
        if (open != null && reuse) {
            return open;
        }
        drop();
        HttpConnection fresh = new HttpConnection(node);
        connection = fresh;
        if (ended) {
            throw new IOException("the client was closed");
        }
        fresh.connect((int) TimeUnit.NANOSECONDS.toMillis(attemptNanos), tls);
        return fresh;
    }

    private void drop() {
        HttpConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    /** Fails what is under way, and ends the connection. */
    void end() {
        ended = true;
        for (Call<?> call : current) {
            call.failByClose();
        }
        abort();
    }

    private void abort() {
        HttpConnection open = connection;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public long expire(long now) {
        long next = Long.MAX_VALUE;
        for (Call<?> call : current) {
            if (!call.expired(now)) {
                next = Math.min(next, call.deadline() - now);
            } else if (!call.isDone()) {
                call.failByDeadline();
            }
        }
        long left = attemptEnd - now;
        if (!current.isEmpty() && left <= 0) {
            abort();
        } else if (!current.isEmpty()) {
            next = Math.min(next, left);
        }
        return next;
    }
}
