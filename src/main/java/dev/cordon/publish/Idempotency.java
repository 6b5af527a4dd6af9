package dev.cordon.publish;

import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.manager.Ticker;
import dev.cordon.protocol.Channel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A table of receipts by idempotency key. A repeated request within {@link #WINDOW} gets the first receipt and
 * publishes nothing.
 *
 * <p>Bounded to {@link #MAX_KEYS} and to a share of the heap. A full table removes its oldest keys, one for each new
 * one, and counts them. Thread-safe; of two concurrent requests with one key, the second waits until the first is appended.
 */
public final class Idempotency {
    /** Time that a key stays in the table. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    /** Most keys in the table. */
    public static final int MAX_KEYS = 100_000;

    /** Heap of one key in bytes, without the characters of key and channel: entry, key, channel, receipt and its place in the queue. */
    private static final int BYTES = 392;

    private final ConcurrentHashMap<Key, Entry> entries = new ConcurrentHashMap<>();
    /** Entries with a receipt, the oldest first. Entries leave it with this object's lock. */
    private final ConcurrentLinkedQueue<Entry> inOrder = new ConcurrentLinkedQueue<>();

    private final AtomicLong bytes = new AtomicLong();
    private final long mostBytes;
    private final PublishCounters counters;
    private final Ticker ticker;

    public Idempotency(PublishCounters counters, Ticker ticker) {
        this(counters, ticker, HeapShare.IDEMPOTENCY_KEYS.bytes());
    }

    /** @param mostBytes most heap of all keys together, in bytes */
    Idempotency(PublishCounters counters, Ticker ticker, long mostBytes) {
        this.mostBytes = mostBytes;
        this.counters = counters;
        this.ticker = ticker;
    }

    private record Key(Channel channel, String key) {
        int bytes() {
            return BYTES + 2 * (key.length() + channel.name().length());
        }
    }

    private record Entry(Key key, long madeAt, CompletableFuture<PublishReceipt> receipt) {}

    /** Runs the publish unless it succeeded within the window. A failed publish leaves no key. */
    PublishReceipt once(Channel channel, String key, Supplier<PublishReceipt> publish) {
        Key of = new Key(channel, key);
        Entry mine = new Entry(of, ticker.nanos(), new CompletableFuture<>());
        while (true) {
            Entry first = entries.putIfAbsent(of, mine);
            if (first == null) {
                bytes.addAndGet(of.bytes());
                return run(mine, publish);
            }
            if (!expired(first)) {
                return repeat(first);
            }
            forget(first);
        }
    }

    private PublishReceipt run(Entry mine, Supplier<PublishReceipt> publish) {
        try {
            mine.receipt().complete(publish.get());
        } catch (RuntimeException | Error e) {
            // Errors too: another request may wait for this receipt.
            forget(mine);
            mine.receipt().completeExceptionally(e);
            throw e;
        }
        inOrder.add(mine);
        if (full()) {
            makeRoom();
        }
        return mine.receipt().join();
    }

    private PublishReceipt repeat(Entry first) {
        try {
            PublishReceipt receipt = first.receipt().join();
            counters.duplicates.increment();
            return receipt;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failed) {
                throw failed;
            }
            throw e;
        }
    }

    private boolean expired(Entry entry) {
        return ticker.nanos() - entry.madeAt() > WINDOW.toNanos();
    }

    private boolean forget(Entry entry) {
        boolean there = entries.remove(entry.key(), entry);
        if (there) {
            bytes.addAndGet(-entry.key().bytes());
        }
        return there;
    }

    private boolean full() {
        return bytes.get() > mostBytes || entries.size() > MAX_KEYS;
    }

    /** Removes the oldest keys beyond the bounds. */
    private synchronized void makeRoom() {
        while (full()) {
            Entry oldest = inOrder.poll();
            if (oldest == null) {
                return;
            }
            if (forget(oldest)) {
                counters.keysForgotten.increment();
            }
        }
    }

    /** Removes keys past their window. Returns the count of removed keys. */
    public synchronized int sweep() {
        int removed = 0;
        for (Entry oldest = inOrder.peek(); oldest != null && expired(oldest); oldest = inOrder.peek()) {
            inOrder.remove();
            removed += forget(oldest) ? 1 : 0;
        }
        return removed;
    }

    /** Reports the heap of the table. */
    public void enter(HeapAccount account) {
        account.enter(HeapShare.IDEMPOTENCY_KEYS, bytes::get, () -> mostBytes);
    }

    /** Returns the count of keys in the table. */
    public int size() {
        return entries.size();
    }
}
