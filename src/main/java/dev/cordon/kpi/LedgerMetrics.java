package dev.cordon.kpi;

import static dev.cordon.metric.Metric.counter;
import static dev.cordon.metric.Metric.counters;
import static dev.cordon.metric.Metric.gauge;

import dev.cordon.log.Ledger;
import dev.cordon.log.LogStats;
import dev.cordon.metric.Metric;
import dev.cordon.upkeep.LedgerSweep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The metrics of the ledger: what became of each publication, and the acknowledged positions of sessions. */
final class LedgerMetrics {
    /** Time for which a sum serves: adding up reads every channel. */
    static final Duration FRESH = Duration.ofSeconds(10);

    private LedgerMetrics() {}

    static List<Metric> of(Sources sources) {
        Supplier<Ledger> ledger = new CachedReading<>(sources.log()::ledger, Ledger.EMPTY, sources.ticker(), FRESH);
        Supplier<LogStats> stats = new CachedReading<>(sources.log()::stats, LogStats.NONE, sources.ticker());
        return Stream.of(became(ledger), sums(sources.ledger()), positions(stats))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Metric> became(Supplier<Ledger> ledger) {
        return Stream.concat(
                        Stream.of(
                                counter("ledger_accepted", () -> ledger.get().accepted())
                                        .means("Publications that entered the ledger; read every 10 s.")
                                        .then("Equals ledger_pending plus all values of ledger_settled."),
                                gauge("ledger_pending", () -> ledger.get().pending())
                                        .means("Retained publications that no session of their user has acknowledged.")
                                        .then(
                                                "A session receives them again when it connects without a position. Grows: clients do not acknowledge, or are away.")),
                        counters(
                                "ledger_settled",
                                "reason",
                                Map.of(
                                        "acknowledged", () -> ledger.get().acknowledged(),
                                        "expired", () -> ledger.get().expired(),
                                        "evicted", () -> ledger.get().evicted(),
                                        "removed", () -> ledger.get().removed()),
                                "Publications by outcome: acknowledged by a session, or gone from the log without an acknowledgement.",
                                "expired, evicted: messages without an acknowledgement are gone; raise history.ttl or history.size where clients acknowledge.")
                                .stream())
                .toList();
    }

    private static List<Metric> sums(LedgerSweep of) {
        return List.of(
                gauge("ledger_imbalance", () -> of.last().imbalance())
                        .means("Publications that did not add up at the last cleanup, or channels if those are more.")
                        .then("Must stay 0: the server's log names a channel; report it as a defect."),
                gauge("ledger_channels", () -> of.last().channels())
                        .means("Channels whose ledger the last cleanup checked.")
                        .then("Shows that the ledger is checked."));
    }

    private static List<Metric> positions(Supplier<LogStats> stats) {
        return List.of(
                gauge("ack_positions", () -> stats.get().positions())
                        .means("Positions of sessions that acknowledge, one for each of their channels.")
                        .then(
                                "Follows the sessions of the last ack.ttl. At 200,000, or at their share of the heap, new sessions get no position."),
                counter("ack_positions_dropped", () -> stats.get().positionsDropped())
                        .means(
                                "Positions dropped or not kept for lack of room: a channel has at most 16 sessions, a user at most 256 positions.")
                        .then("Rises: clients make a new session for each page; let them reuse the session's name."));
    }
}
