package dev.cordon.kpi;

import dev.cordon.manager.Ticker;
import dev.cordon.metric.Metric;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The evaluation of all alert rules. A timer compares each metric with its {@link Threshold} every {@link #PERIOD}; no message waits for
 * it. Listeners hear of each alert that begins or ends. Thread-safe; the results are immutable.
 */
public final class AlertBoard {
    public static final Duration PERIOD = Duration.ofSeconds(5);

    /** Past events that are kept; a newer one replaces the oldest. */
    static final int REMEMBERED = 200;

    private static final System.Logger LOG = System.getLogger(AlertBoard.class.getName());

    private final Supplier<AlertSettings> settings;
    private final List<Consumer<AlertEvent>> told;
    private final Clock clock;
    private final Ticker ticker;
    private final List<AlertRule> rules = new ArrayList<>();
    private final Set<String> unreadable = new HashSet<>();
    private final Deque<AlertEvent> past = new ArrayDeque<>();
    private volatile Map<String, Alert> shown = Map.of();
    private volatile List<AlertEvent> history = List.of();

    /**
     * @param told listeners, called for each event in this order on the timer's thread; a failure of one does not stop the others
     * @throws IllegalArgumentException if the metric of a threshold does not exist
     */
    public AlertBoard(
            Kpis kpis, Supplier<AlertSettings> settings, List<Consumer<AlertEvent>> told, Clock clock, Ticker ticker) {
        this.settings = settings;
        this.told = List.copyOf(told);
        this.clock = clock;
        this.ticker = ticker;
        Map<String, DoubleSupplier> metrics = new HashMap<>();
        kpis.metrics().forEach(metric -> metrics.put(metric.id(), metric.value()));
        Threshold.ALL.forEach(threshold -> rules.add(new AlertRule(
                threshold,
                metric(metrics, threshold.metric()),
                threshold
                        .evidence()
                        .map(evidence -> metric(metrics, evidence.metric()))
                        .orElse(() -> Double.POSITIVE_INFINITY),
                () -> kpis.named(threshold.kpi()),
                clock.instant(),
                ticker.nanos())));
        show(settings.get());
    }

    private static DoubleSupplier metric(Map<String, DoubleSupplier> metrics, String id) {
        DoubleSupplier metric = metrics.get(id);
        if (metric == null) {
            throw new IllegalArgumentException("a threshold of a metric that does not exist: " + id);
        }
        return metric;
    }

    /** Evaluates every rule once. Called by one timer. */
    public synchronized void evaluate() {
        AlertSettings now = settings.get();
        List<AlertEvent> events = new ArrayList<>();
        for (AlertRule rule : rules) {
            evaluate(rule, now).ifPresent(events::add);
        }
        events.forEach(event -> {
            past.addFirst(event);
            if (past.size() > REMEMBERED) {
                past.removeLast();
            }
        });
        if (!events.isEmpty()) {
            history = List.copyOf(past);
        }
        show(now);
        events.forEach(this::tell);
    }

    /** Evaluates one rule. A metric that cannot be read is logged once and does not stop the other rules. */
    private Optional<AlertEvent> evaluate(AlertRule rule, AlertSettings now) {
        String kpi = rule.threshold.kpi();
        try {
            Optional<AlertEvent> event = rule.evaluate(now.limit(rule.threshold), clock.instant(), ticker.nanos());
            unreadable.remove(kpi);
            return event;
        } catch (RuntimeException e) {
            if (unreadable.add(kpi)) {
                LOG.log(Level.ERROR, "The alert " + kpi + " cannot be judged: its metric cannot be read", e);
            }
            return Optional.empty();
        }
    }

    private void show(AlertSettings now) {
        Map<String, Alert> alerts = new HashMap<>();
        rules.forEach(rule -> alerts.put(rule.threshold.kpi(), rule.shown(now.limit(rule.threshold))));
        shown = Map.copyOf(alerts);
    }

    private void tell(AlertEvent event) {
        for (Consumer<AlertEvent> listener : told) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "A listener failed for the alert " + event.kpi(), e);
            }
        }
    }

    /** The state of every rule at the last evaluation, in the order of {@link Threshold#ALL}. */
    public List<Alert> alerts() {
        Map<String, Alert> now = shown;
        return Threshold.ALL.stream()
                .flatMap(threshold -> Optional.ofNullable(now.get(threshold.kpi())).stream())
                .toList();
    }

    /** Past events, the newest first. */
    public List<AlertEvent> history() {
        return history;
    }

    /** Three metrics for each rule: its limit, whether it fires, and how often it has fired. */
    List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        Threshold.ALL.forEach(of -> metrics.add(Metric.gauge("threshold", () -> limit(of))
                .labelled("kpi", of.kpi())
                .means(
                        "Highest value at which a KPI's alert does not fire, in the unit of the table below; infinite if the rule is off.")
                .then("Draw it beside the KPI; Prometheus's rules compare with it.")));
        Threshold.ALL.forEach(of -> metrics.add(Metric.gauge(
                        "alert_firing",
                        () -> alert(of)
                                        .filter(a -> a.state() == Alert.State.FIRING)
                                        .isPresent()
                                ? 1
                                : 0)
                .labelled("kpi", of.kpi())
                .means("1 while the alert fires, otherwise 0.")
                .then("alerts.md, the server's log and the alert itself say what to do.")));
        Threshold.ALL.forEach(of -> metrics.add(
                Metric.counter("alerts_fired", () -> alert(of).map(Alert::fired).orElse(0L))
                        .labelled("kpi", of.kpi())
                        .means("Times the alert began to fire.")
                        .then("Often and briefly: raise the threshold, or remove the cause that comes and goes.")));
        return metrics;
    }

    private Optional<Alert> alert(Threshold of) {
        return Optional.ofNullable(shown.get(of.kpi()));
    }

    private double limit(Threshold of) {
        return settings.get().limit(of);
    }
}
