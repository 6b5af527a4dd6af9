package dev.cordon.socket;

import dev.cordon.manager.Transport.Completion;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one wire: at most one text (the outbound queue gives no second before the first is written), one pong (a newer ping's
 * replaces it, RFC 6455 §5.5.3) and the close frame, which is the last. Bounded by that, whatever the peer sends and does not read.
 *
 * <p>Thread-safe. The lock guards the slots; the wire and the completions run outside it.
 */
final class Outlet implements Completion {
    private static final Completion NOBODY = new Completion() {
        @Override
        public void written() {}

        @Override
        public void failed(Throwable cause) {}
    };

    private final Wire wire;
    private final Runnable onLoss;
    private @Nullable Item current;
    private @Nullable Item text;
    private @Nullable Item pong;
    private @Nullable Item close;
    private boolean last;

    private static final class Item {
        final Outgoing frame;
        final Completion done;

        Item(Outgoing frame, Completion done) {
            this.frame = frame;
            this.done = done;
        }
    }

    /** @param onLoss runs when a write fails */
    Outlet(Wire wire, Runnable onLoss) {
        this.wire = wire;
        this.onLoss = onLoss;
    }

    void text(Outgoing frame, Completion done) {
        Item item = new Item(frame, done);
        boolean now;
        synchronized (this) {
            if (last) {
                now = false;
            } else if (current == null) {
                current = item;
                now = true;
            } else {
                text = item;
                return;
            }
        }
        if (now) {
            wire.write(frame, this);
        } else {
            done.failed(new ClosedChannelException());
        }
    }

    void pong(Outgoing frame) {
        synchronized (this) {
            if (last) {
                return;
            }
            Item item = new Item(frame, NOBODY);
            if (current != null) {
                pong = item;
                return;
            }
            current = item;
        }
        wire.write(frame, this);
    }

    /** The last frame; what waits goes before it. */
    void close(Outgoing frame, Runnable taken) {
        Item item = new Item(frame, new Completion() {
            @Override
            public void written() {
                taken.run();
            }

            @Override
            public void failed(Throwable cause) {}
        });
        synchronized (this) {
            if (last) {
                return;
            }
            last = true;
            if (current != null) {
                close = item;
                return;
            }
            current = item;
        }
        wire.write(frame, this);
    }

    @Override
    public void written() {
        Item ended;
        Item next;
        synchronized (this) {
            ended = current;
            if (ended == null) {
                return;
            }
            next = next();
            current = next;
        }
        if (next != null) {
            wire.write(next.frame, this);
        }
        ended.done.written();
    }

    private @Nullable Item next() {
        Item next = text;
        if (next != null) {
            text = null;
            return next;
        }
        next = pong;
        if (next != null) {
            pong = null;
            return next;
        }
        next = close;
        close = null;
        return next;
    }

    @Override
    public void failed(Throwable cause) {
        if (lost(cause)) {
            onLoss.run();
        }
    }

    /** Nothing is written any more: fails what waits and what is under way. False when there was nothing. */
    boolean lost(Throwable cause) {
        List<Item> failed = new ArrayList<>(2);
        synchronized (this) {
            last = true;
            for (Item item = current; item != null; item = next()) {
                failed.add(item);
                current = null;
            }
        }
        failed.forEach(item -> item.done.failed(cause));
        return !failed.isEmpty();
    }
}
