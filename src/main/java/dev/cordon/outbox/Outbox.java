package dev.cordon.outbox;

import dev.cordon.log.Append;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WriteBatch;
import dev.cordon.outbox.OutboxTable.Outcome;
import dev.cordon.outbox.OutboxTable.Row;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.publish.Publisher;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Publishes the rows of an outbox, in the order of their ids. A row is removed once it is published. Each row has an
 * idempotency key, so that a row that could not be removed is not published twice within the keys' window.
 *
 * <p>No row holds up the others for ever. A row that can never be published is set aside with the reason. If the log does
 * not store rows although it is there, the rows are published one by one: a row that fails waits, and with it the rows of
 * its channel that follow, for {@link #TRIES} turns, and is then set aside too. Confined to its duty, except for
 * {@link #close}.
 */
public final class Outbox implements AutoCloseable {
    /** Time between two turns. */
    public static final Duration PERIOD = Duration.ofSeconds(1);

    /** Most rows of one transaction. */
    static final int BATCH = 200;

    /** Turns in which the log does not store a row, after which the row is set aside. */
    static final int TRIES = 30;

    /** Most bytes of the data of one transaction. */
    private static final int BATCH_BYTES = 8 * 1024 * 1024;

    /** Time after which a turn begins no further transaction. */
    private static final Duration TURN = Duration.ofSeconds(5);

    private static final long FIRST = Long.MIN_VALUE;
    private static final Outcome STAY = new Outcome(List.of(), Map.of());
    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

    private final RateLimitedLog lines = new RateLimitedLog(LOG);
    private final OutboxTable table;
    private final Publisher publisher;
    private final UserLog log;
    private final OutboxMessages messages;
    private final OutboxCounters counters;
    private final Ticker ticker;
    /** Turns in which the log has not stored a row, by the row's id. */
    private Map<Long, Integer> tries = Map.of();
    /** Whether a line has said that the outbox cannot be read. */
    private boolean told;

    private volatile boolean closed;

    public Outbox(
            OutboxTable table,
            Publisher publisher,
            UserLog log,
            OutboxMessages messages,
            OutboxCounters counters,
            Ticker ticker) {
        this.table = table;
        this.publisher = publisher;
        this.log = log;
        this.messages = messages;
        this.counters = counters;
        this.ticker = ticker;
    }

    /** One turn of the duty, every {@link #PERIOD}: publishes what the outbox holds, within bounds. */
    public synchronized void turn() {
        counters.begin();
        long until = ticker.nanos() + TURN.toNanos();
        try {
            if (together(until)) {
                tries = Map.of();
            } else {
                oneByOne(until);
            }
            tellBack();
        } catch (OutboxException e) {
            tellFailed(e);
        }
    }

    private boolean goesOn(long until) {
        return !closed && until - ticker.nanos() > 0;
    }

    /** Publishes many rows in each transaction. Returns false if the log did not store rows. */
    private boolean together(long until) {
        int most = Math.max(1, Math.min(BATCH, BATCH_BYTES / messages.maxBytes()));
        try {
            int taken = most;
            while (taken == most && goesOn(until)) {
                taken = table.take(FIRST, most, messages.maxBytes(), this::publish);
            }
            if (taken >= 0 && taken < most) {
                counters.read();
            }
            return true;
        } catch (OutboxException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "The log did not store rows of the outbox", e);
            return false;
        }
    }

    private Outcome publish(List<Row> rows) {
        Map<Long, String> rejected = new LinkedHashMap<>();
        List<Long> ids = new ArrayList<>(rows.size());
        List<Append> appends = new ArrayList<>(rows.size());
        for (Row row : rows) {
            try {
                appends.add(messages.append(row));
                ids.add(row.id());
            } catch (IllegalArgumentException e) {
                rejected.put(row.id(), String.valueOf(e.getMessage()));
            }
        }
        store(appends);
        counters.published.add(ids.size());
        rejected.forEach(this::tellRejected);
        return new Outcome(ids, rejected);
    }

    private void tellRejected(long id, String why) {
        counters.rejected.increment();
        lines.warn("rejected", "A row of the outbox was set aside, id " + id + ": " + why);
    }

    private void store(List<Append> appends) {
        try (WriteBatch writes = new WriteBatch()) {
            if (publisher.batch() > 1 && !appends.isEmpty()) {
                publisher.publishAll(appends, writes);
            } else {
                appends.forEach(append -> publisher.publish(append.channel(), append.payload(), append.key(), writes));
            }
        }
    }

    /** Publishes each row in a transaction of its own, at most {@link #BATCH}. */
    private void oneByOne(long until) {
        Single single = new Single();
        for (int i = 0; i < BATCH && goesOn(until) && log.unavailable().isEmpty(); i++) {
            if (table.take(single.after, 1, messages.maxBytes(), single::publish) < 1) {
                break;
            }
        }
        tries = single.failed;
    }

    /** A turn that publishes row by row. */
    private final class Single {
        private final Map<Long, Integer> failed = new HashMap<>();
        /** Channels with a row that waits: those behind it wait too, so that the order stays. */
        private final Set<String> waiting = new HashSet<>();

        private long after = FIRST;

        Outcome publish(List<Row> rows) {
            Row row = rows.get(0);
            after = row.id();
            if (waiting.contains(row.channel())) {
                return STAY;
            }
            try {
                return Outbox.this.publish(rows);
            } catch (RuntimeException e) {
                return failed(row, e);
            }
        }

        private Outcome failed(Row row, RuntimeException why) {
            int count = tries.getOrDefault(row.id(), 0) + 1;
            LOG.log(Level.DEBUG, "The log did not store a row of the outbox", why);
            if (count >= TRIES && log.unavailable().isEmpty()) {
                String reason = "the log did not store it, " + TRIES + " times: " + why.getMessage();
                tellRejected(row.id(), reason);
                return new Outcome(List.of(), Map.of(row.id(), reason));
            }
            failed.put(row.id(), count);
            waiting.add(row.channel());
            return STAY;
        }
    }

    private void tellFailed(OutboxException why) {
        if (!told) {
            told = true;
            LOG.log(
                    Level.WARNING,
                    "The outbox cannot be read: {0}. Its messages wait until it can (docs/transactions.md)",
                    why.getMessage());
        }
        LOG.log(Level.DEBUG, "The outbox cannot be read", why);
    }

    private void tellBack() {
        if (told) {
            told = false;
            LOG.log(Level.INFO, "The outbox can be read again");
        }
    }

    /** Ends a turn under way after its transaction, and the connections. */
    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            table.close();
        }
    }
}
