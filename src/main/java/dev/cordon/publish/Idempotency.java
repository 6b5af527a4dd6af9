package dev.cordon.publish;

import dev.cordon.manager.Ticker;
import dev.cordon.protocol.Channel;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Remembers the receipts of publishes that carried a key, for {@link #WINDOW}, so that a repeated request publishes nothing.
 *
 * <p>Bounded to {@link #MAX_KEYS}: when full, the oldest are forgotten first, which is counted. Thread-safe; of two requests with one
 * key at the same time the second waits for the first's append.
 */
public final class Idempotency {
    /** How long a key is remembered. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    /** Most keys remembered at once. */
    public static final int MAX_KEYS = 100_000;

    private final ConcurrentHashMap<Key, Entry> entries = new ConcurrentHashMap<>();
    private final PublishCounters counters;
    private final Ticker ticker;

    public Idempotency(PublishCounters counters, Ticker ticker) {
        this.counters = counters;
        this.ticker = ticker;
    }

    private record Key(Channel channel, String key) {}

    private record Entry(long madeAt, CompletableFuture<PublishReceipt> receipt) {}

    /** Runs the publish unless it ran within the window; a failed one is not remembered. */
    PublishReceipt once(Channel channel, String key, Supplier<PublishReceipt> publish) {
        Key of = new Key(channel, key);
        Entry mine = new Entry(ticker.nanos(), new CompletableFuture<>());
        while (true) {
            Entry first = entries.putIfAbsent(of, mine);
            if (first == null) {
                return run(of, mine, publish);
            }
            if (!expired(first)) {
                return repeat(first);
            }
            entries.remove(of, first);
        }
    }

    private PublishReceipt run(Key of, Entry mine, Supplier<PublishReceipt> publish) {
        try {
            mine.receipt().complete(publish.get());
        } catch (RuntimeException | Error e) {
            // An error too: whoever waits for this receipt would wait for ever.
            entries.remove(of, mine);
            mine.receipt().completeExceptionally(e);
            throw e;
        }
        if (entries.size() > MAX_KEYS) {
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

    /** Forgets what is past its window, and the oldest beyond the bound; returns how many. */
    public synchronized int sweep() {
        int before = entries.size();
        entries.values().removeIf(this::expired);
        int excess = entries.size() - MAX_KEYS;
        if (excess > 0) {
            // Makes room for a tenth at once, so that a full table is not sorted at every publish.
            Iterator<Key> oldest = entries.entrySet().stream()
                    .sorted((a, b) ->
                            Long.compare(a.getValue().madeAt() - b.getValue().madeAt(), 0))
                    .limit(excess + MAX_KEYS / 10)
                    .map(java.util.Map.Entry::getKey)
                    .iterator();
            while (oldest.hasNext()) {
                entries.remove(oldest.next());
                counters.keysForgotten.increment();
            }
        }
        return before - entries.size();
    }

    /** Keys remembered now. */
    public int size() {
        return entries.size();
    }
}
