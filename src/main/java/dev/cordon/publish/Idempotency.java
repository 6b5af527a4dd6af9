package dev.cordon.publish;

import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.manager.Ticker;
import dev.cordon.protocol.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A table of receipts by idempotency key. A repeated request within {@link #WINDOW} gets the first receipt and
 * publishes nothing.
 *
 * <p>Bounded to {@link #MAX_KEYS} and to a share of the heap. A full table removes its oldest keys first and counts
 * them. Thread-safe; of two concurrent requests with one key, the second waits until the first is appended.
 */
public final class Idempotency {
    /** Time that a key stays in the table. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    /** Most keys in the table. */
    public static final int MAX_KEYS = 100_000;

    /** Heap of one key in bytes, without the characters of key and channel: entry, key, channel and receipt. */
    private static final int BYTES = 360;

    private final ConcurrentHashMap<Key, Entry> entries = new ConcurrentHashMap<>();
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

    private record Entry(long madeAt, CompletableFuture<PublishReceipt> receipt) {}

    /** Runs the publish unless it succeeded within the window. A failed publish leaves no key. */
    PublishReceipt once(Channel channel, String key, Supplier<PublishReceipt> publish) {
        Key of = new Key(channel, key);
        Entry mine = new Entry(ticker.nanos(), new CompletableFuture<>());
        while (true) {
            Entry first = entries.putIfAbsent(of, mine);
            if (first == null) {
                bytes.addAndGet(of.bytes());
                return run(of, mine, publish);
            }
            if (!expired(first)) {
                return repeat(first);
            }
            forget(of, first);
        }
    }

    private PublishReceipt run(Key of, Entry mine, Supplier<PublishReceipt> publish) {
        try {
            mine.receipt().complete(publish.get());
        } catch (RuntimeException | Error e) {
            // Errors too: another request may wait for this receipt.
            forget(of, mine);
            mine.receipt().completeExceptionally(e);
            throw e;
        }
        if (full(1)) {
            sweep();
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

    private void forget(Key key, Entry entry) {
        if (entries.remove(key, entry)) {
            bytes.addAndGet(-key.bytes());
        }
    }

    /** Returns true if the table uses more than this part of its bounds, from 0 to 1. */
    private boolean full(double part) {
        return entries.size() > MAX_KEYS * part || bytes.get() > mostBytes * part;
    }

    /** Removes keys past their window, and the oldest keys beyond the bounds. Returns the count of removed keys. */
    public synchronized int sweep() {
        int before = entries.size();
        entries.forEach((key, entry) -> {
            if (expired(entry)) {
                forget(key, entry);
            }
        });
        if (full(1)) {
            // Frees a tenth at once, so that not every publish sorts a full table.
            List<Map.Entry<Key, Entry>> oldest = entries.entrySet().stream()
                    .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                    .sorted((a, b) ->
                            Long.compare(a.getValue().madeAt() - b.getValue().madeAt(), 0))
                    .toList();
            for (Map.Entry<Key, Entry> each : oldest) {
                if (!full(0.9)) {
                    break;
                }
                forget(each.getKey(), each.getValue());
                counters.keysForgotten.increment();
            }
        }
        return before - entries.size();
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
