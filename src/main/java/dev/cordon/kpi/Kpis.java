package dev.cordon.kpi;

import static dev.cordon.kpi.Figure.counter;
import static dev.cordon.kpi.Figure.gauge;

import dev.cordon.kpi.Sources.Front;
import dev.cordon.log.LogStats;
import dev.cordon.manager.Counters;
import dev.cordon.manager.FactoryStats;
import dev.cordon.manager.Latency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.upkeep.Cleanup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** All figures of a node, in the order of a message's walk. docs/metrics.md lists the same; a test holds the two together. */
public final class Kpis {
    /** Latency quantiles cover one to two of these. */
    static final Duration HALF_WINDOW = Duration.ofSeconds(30);

    private static final double NANOS = 1e9;
    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999, 1};
    /** Codes that Cordon closes with; whatever else an operator sends along stands under {@code other}. */
    private static final List<Integer> CODES =
            List.of(3000, 3001, 3005, 3008, 3010, 3011, 3012, 3500, 3501, 3502, 3503, 3504, 3507);

    private final List<Figure> figures = new ArrayList<>();
    private final Sources sources;
    private long rotatedAt;

    public Kpis(Sources sources) {
        this.sources = sources;
        this.rotatedAt = sources.ticker().nanos();
        publishing(sources.publishing());
        delivery(sources.counters());
        managers(sources.counters());
        connections(sources.counters());
        front();
        log();
        cleanup(sources.cleanup());
        latency("manager_creation", "Time to open a connection's place in a manager", sources.counters().creation);
        latency("delivery", "Time from an accepted publish to the socket", sources.counters().delivery);
        latency("manager_cleanup", "Time to release a manager", sources.counters().cleanup);
    }

    public List<Figure> figures() {
        return List.copyOf(figures);
    }

    /** Ends the interval of the latencies when it is due. Called by one timer, more often than {@link #HALF_WINDOW}. */
    synchronized void tick() {
        if (sources.ticker().nanos() - rotatedAt >= HALF_WINDOW.toNanos()) {
            rotatedAt = sources.ticker().nanos();
            Counters of = sources.counters();
            List.of(of.creation, of.delivery, of.cleanup).forEach(Latency::rotate);
        }
    }

    private void publishing(PublishCounters of) {
        total("accepted", "Publishes accepted, by HTTP and by socket", of.accepted::sum);
        total("duplicates", "Publishes answered from an idempotency key; nothing was published", of.duplicates::sum);
        total("appended", "Publications stored in a log", of.appended::sum);
        total(
                "without_connection",
                "Publications stored with no connection to hand them to",
                of.withoutConnection::sum);
        total("publish_failures", "Publishes that the log did not take", of.failed::sum);
        total(
                "idempotency_keys_forgotten",
                "Keys forgotten before five minutes, for want of room",
                of.keysForgotten::sum);
        number(
                "idempotency_keys",
                "Keys remembered now",
                () -> sources.idempotency().size());
    }

    private void delivery(Counters of) {
        total("delivered", "Publications handed to a socket, one for each connection", of.delivered::sum);
        for (Counters.Drop reason : Counters.Drop.values()) {
            labelled(
                    total("dropped", "Publications not written to a connection, by reason", () -> of.dropped(reason)),
                    "reason",
                    name(reason));
        }
        total("catch_ups", "Times a connection read what it lacked from the log", of.catchUps::sum);
        total("writes", "Writes to sockets; one may carry several messages", of.writes::sum);
        total("write_failures", "Writes that failed and ended their connection", of.writeFailures::sum);
        total("isolation_checks", "Comparisons of a channel's owner with a connection's user", of.isolationChecks::sum);
        total(
                "violations",
                "Publications withheld from a connection of another user; must stay 0",
                of.isolationViolations::sum);
    }

    private void managers(Counters of) {
        Supplier<FactoryStats> stats = cached(sources.factory()::stats);
        number("users", "Users with a connection", () -> stats.get().users());
        number(
                "managers",
                "Managers alive: sessions with a connection",
                () -> stats.get().managers());
        number(
                "connections",
                "Sockets open, those without a token included",
                () -> stats.get().connections());
        number(
                "connections_opening",
                "Sockets that have not presented a token yet",
                () -> stats.get().opening());
        number(
                "queue_messages",
                "Messages waiting in all outbound queues",
                () -> stats.get().queuedMessages());
        number(
                "queue_bytes",
                "Bytes waiting in all outbound queues",
                () -> stats.get().queuedBytes());
        total("managers_created", "Managers made", of.managersCreated::sum);
        total("managers_released", "Managers released", of.managersReleased::sum);
        total(
                "failed_creations",
                "Managers that could not be made, for another reason than a limit",
                of.failedCreations::sum);
        total("limit_hits", "Connects that met a full user or a full session", of.limitHits::sum);
        total("probes", "Connections asked for a sign of life because a limit was met", of.probes::sum);
        total("proven_dead", "Of them, those that gave none and made room", of.provenDead::sum);
        total("evicted", "Live connections ended to make room (evict-oldest)", of.evicted::sum);
    }

    private void connections(Counters of) {
        total("connections_accepted", "Sockets taken in", of.connectionsAccepted::sum);
        total("connections_refused", "Sockets not taken in: stopping, or the node is full", of.connectionsRefused::sum);
        total("connects", "Connects accepted", of.connects::sum);
        String meaning = "Connections ended, by close code";
        for (int code : CODES) {
            labelled(
                    total("closes", meaning, () -> of.closes().getOrDefault(code, 0L)), "code", Integer.toString(code));
        }
        labelled(
                total(
                        "closes",
                        meaning,
                        () -> of.closes().entrySet().stream()
                                .filter(entry -> !CODES.contains(entry.getKey()))
                                .mapToLong(Map.Entry::getValue)
                                .sum()),
                "code",
                "other");
    }

    private void front() {
        front(Front.COMMANDS, "commands", "Commands of clients carried out", "");
        front(Front.SENDS, "sends", "Messages of clients to the application, without a reply", "");
        front(Front.REFUSED, "refused", "Handshakes and connects refused, by reason", "reason");
        front(Front.API_REQUESTS, "api_requests", "Requests to the server API", "");
        front(Front.API_REFUSED, "api_refused", "Requests to the server API refused, by reason", "reason");
    }

    private void front(Front of, String name, String meaning, String label) {
        Map<String, LongSupplier> counters = sources.front().getOrDefault(of, Map.of());
        counters.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            total(name, meaning, entry.getValue());
            if (!label.isEmpty()) {
                labelled(label, entry.getKey());
            }
        });
    }

    private void log() {
        Supplier<LogStats> stats = cached(sources.log()::stats);
        number("log_channels", "Channels that the log knows", () -> stats.get().channels());
        number("log_publications", "Publications retained", () -> stats.get().publications());
        number("log_bytes", "Payload bytes retained", () -> stats.get().bytes());
        String meaning = "Publications that left the log, by reason";
        left("expired", meaning, () -> stats.get().expired());
        left("channel_full", meaning, () -> stats.get().evictedByChannelLimit());
        left("log_full", meaning, () -> stats.get().evictedByTotalLimit());
        left("removed", meaning, () -> stats.get().removed());
    }

    private void left(String reason, String meaning, LongSupplier value) {
        labelled(total("log_left", meaning, value), "reason", reason);
    }

    private void cleanup(Cleanup of) {
        total("cleanup_runs", "Cleanups run", of::runs);
        total("cleanup_found", "Things that cleanups found due for removal", of::found);
        total("cleanup_removed", "Of them, those removed; less than found means that something holds on", of::removed);
        total("cleanup_failures", "Sweeps that failed", of::failed);
        seconds(
                "cleanup_age",
                "Time since the last cleanup",
                () -> of.sinceLastRun().toNanos());
        seconds(
                "tick_age",
                "Time since the last tick: pings and deadlines hang on it",
                () -> sources.tick().sinceLastRun().toNanos());
    }

    /** Quantiles of the last 30 to 60 seconds, 0 when nothing happened; 1 is the maximum. */
    private void latency(String name, String meaning, Latency of) {
        for (double quantile : QUANTILES) {
            seconds(name, meaning, () -> of.window().getValueAtPercentile(quantile * 100));
            labelled("quantile", quantile == 1 ? "1" : Double.toString(quantile));
        }
        total(name + "_samples", "Samples of cordon_" + name + "_seconds", of::count);
    }

    private int total(String name, String meaning, LongSupplier value) {
        figures.add(counter("cordon_" + name + "_total", meaning, value::getAsLong));
        return figures.size() - 1;
    }

    private void number(String name, String meaning, LongSupplier value) {
        figures.add(gauge("cordon_" + name, meaning, value::getAsLong));
    }

    private void seconds(String name, String meaning, LongSupplier nanos) {
        DoubleSupplier value = () -> nanos.getAsLong() / NANOS;
        figures.add(gauge("cordon_" + name + "_seconds", meaning, value));
    }

    private void labelled(String label, String value) {
        labelled(figures.size() - 1, label, value);
    }

    private void labelled(int at, String label, String value) {
        figures.set(at, figures.get(at).labelled(label, value));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** One reading for all figures of a scrape, a second old at most. */
    private <T> Supplier<T> cached(Supplier<T> reading) {
        return new Cached<>(reading, sources.ticker());
    }

    private static final class Cached<T> implements Supplier<T> {
        private static final long FRESH_NANOS = 500_000_000;

        private final Supplier<T> reading;
        private final dev.cordon.manager.Ticker ticker;
        private T last;
        private long at;

        Cached(Supplier<T> reading, dev.cordon.manager.Ticker ticker) {
            this.reading = reading;
            this.ticker = ticker;
            this.last = reading.get();
            this.at = ticker.nanos();
        }

        @Override
        public synchronized T get() {
            if (ticker.nanos() - at > FRESH_NANOS) {
                last = reading.get();
                at = ticker.nanos();
            }
            return last;
        }
    }
}
