package dev.cordon.kpi;

import static dev.cordon.manager.TestNode.personal;
import static dev.cordon.manager.TestNode.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cordon.manager.TestLimits;
import dev.cordon.upkeep.Duty;
import dev.cordon.upkeep.Sweep;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AlertBoardTest {
    private static final Duration HOUR = Duration.ofHours(1).plusMinutes(1);

    private final KpiNode node = new KpiNode();

    /** Actions that bring a KPI above its threshold and back. */
    private record Story(Consumer<KpiNode> wrong, Consumer<KpiNode> right) {}

    private static void hooks(KpiNode of, int down, int ageSeconds) {
        of.httpHooks.follow(() -> down, () -> ageSeconds, () -> ageSeconds);
    }

    private static Map<String, Story> stories() {
        Map<String, Story> stories = new LinkedHashMap<>();
        Consumer<KpiNode> anHourPasses = of -> pass(of, HOUR);
        stories.put("manager_creation", slow(of -> record(of.node.counters.creation, 100, 6)));
        stories.put("delivery", slow(of -> record(of.node.counters.delivery, 100, 2)));
        stories.put("manager_cleanup", slow(of -> record(of.node.counters.cleanup, 100, 6)));
        stories.put(
                "memory_per_user",
                new Story(
                        of -> {
                            of.collected(1_000_000);
                            connect(of, 100);
                            of.collected(1_000_000 + 101 * 100_000);
                        },
                        of -> of.collected(1_000_000 + 99 * 100_000)));
        stories.put(
                "memory_growth",
                new Story(
                        of -> {
                            of.collected(1_000_000);
                            of.collected(11_000_001);
                        },
                        of -> {
                            pass(of, HOUR);
                            of.collected(11_000_002);
                        }));
        stories.put(
                "leaked_managers",
                new Story(
                        of -> {
                            var left = of.node.connect("alice", "a");
                            of.held(left);
                            left.leave();
                            of.leakProven();
                        },
                        of -> {
                            of.holders.clear();
                            of.oldGenerationCollected();
                        }));
        stories.put("limit_hits", new Story(of -> limitHits(of, 11), anHourPasses));
        stories.put(
                "failed_creations",
                new Story(
                        of -> {
                            var peer = of.node.accept(new dev.cordon.manager.FakeTransport());
                            of.withoutLimits(() -> {
                                try {
                                    of.node.factory.open(
                                            peer.connection(), dev.cordon.manager.TestNode.context("alice", "a"));
                                } catch (IllegalStateException e) {
                                    // Expected.
                                }
                            });
                        },
                        anHourPasses));
        stories.put("delivery_failures", new Story(of -> of.publishInVain("alice"), anHourPasses));
        stories.put(
                "isolation_violations",
                new Story(of -> of.node.guard.rejects(user("alice"), personal("bob")), anHourPasses));
        stories.put(
                "cleanup_overdue",
                new Story(
                        of -> of.node.time.advance(
                                KpiNode.INTERVAL.multipliedBy(2).plusSeconds(1)),
                        of -> of.cleanup.run()));
        stories.put(
                "cleanup_left",
                new Story(
                        of -> {
                            of.holding = new Sweep.Found(20, 0);
                            of.cleanup.run();
                        },
                        of -> {
                            of.holding = new Sweep.Found(20, 20);
                            of.cleanup.run();
                        }));
        stories.put(
                "ledger_imbalance",
                new Story(
                        of -> {
                            of.lost = 1;
                            of.cleanup.run();
                        },
                        of -> {
                            of.lost = 0;
                            of.cleanup.run();
                        }));
        stories.put("cleanup_failures", new Story(of -> of.withoutLimits(of.cleanup::run), anHourPasses));
        stories.put("tick_overdue", new Story(of -> of.node.time.advance(Duration.ofSeconds(11)), of -> of.tick.run()));
        stories.put("tick_hanging", new Story(of -> of.hangs(of.node.connect("alice", "s")), KpiNode::letGo));
        stories.put(
                "duties_late",
                new Story(
                        of -> {
                            of.duties.turn(Duty.CONSOLE, () -> {});
                            of.node.time.advance(Duration.ofSeconds(11));
                        },
                        of -> of.endless = () -> of.duties.turn(Duty.CONSOLE, () -> {})));
        stories.put("duty_failures", new Story(of -> of.dutyFails(Duty.CONSOLE), anHourPasses));
        stories.put("migration_divergences", new Story(Movers::diverges, anHourPasses));
        stories.put("lost_nodes", new Story(of -> of.cluster.nodesLost.increment(), anHourPasses));
        stories.put("lost_wakeups", new Story(of -> of.cluster.repaired.increment(), anHourPasses));
        stories.put(
                "not_listening",
                new Story(
                        of -> {
                            of.cluster.begin();
                            of.hearing.set(true);
                            of.hearing.set(false);
                            of.node.time.advance(Duration.ofSeconds(10));
                            of.cluster.beaten(2);
                        },
                        of -> {
                            of.hearing.set(true);
                            of.endless = () -> of.cluster.beaten(2);
                        }));
        stories.put(
                "no_quorum",
                new Story(
                        of -> {
                            of.cluster.begin();
                            of.hearing.set(true);
                            of.node.time.advance(Duration.ofSeconds(10));
                        },
                        of -> of.endless = () -> of.cluster.beaten(2)));
        stories.put("hook_failures", new Story(of -> of.hooks.failures.add(11), anHourPasses));
        stories.put("hook_overdue", new Story(of -> of.hooks.overdue.increment(), of -> of.hooks.overdue.decrement()));
        stories.put(
                "hook_events_waiting",
                new Story(of -> of.hooks.queuedEvents.add(1_001), of -> of.hooks.queuedEvents.decrement()));
        stories.put("hook_events_lost", new Story(of -> of.hooks.eventsLost.increment(), anHourPasses));
        stories.put("hook_http_down", new Story(of -> hooks(of, 1, 0), of -> hooks(of, 0, 0)));
        stories.put("hook_http_backlog", new Story(of -> hooks(of, 0, 61), of -> hooks(of, 0, 60)));
        stories.put("hook_http_dropped", new Story(of -> of.httpHooks.eventsDropped.increment(), anHourPasses));
        stories.put("outbox_rejected", new Story(of -> of.outbox.rejected.increment(), anHourPasses));
        stories.put(
                "outbox_late",
                new Story(
                        of -> {
                            of.outbox.begin();
                            of.node.time.advance(Duration.ofSeconds(31));
                        },
                        of -> of.endless = of.outbox::read));
        stories.put(
                "canary_silence",
                new Story(
                        of -> {
                            of.canary.started();
                            of.node.time.advance(Duration.ofSeconds(31));
                        },
                        of -> of.canary.stopped()));
        stories.put("canary_delivery", new Story(of -> arrivals(of, 100, 101, false), of -> {
            of.canary.delivery.rotate();
            of.canary.delivery.rotate();
        }));
        stories.put("canary_lost", new Story(of -> of.canary.lost.increment(), anHourPasses));
        stories.put("canary_foreign", new Story(of -> of.canary.foreign.increment(), anHourPasses));
        stories.put(
                "canary_neighbours",
                new Story(
                        of -> {
                            arrivals(of, 100, 10, false);
                            arrivals(of, 100, 31, true);
                        },
                        of -> {
                            of.canary.beside.rotate();
                            of.canary.beside.rotate();
                            arrivals(of, 100, 10, true);
                        }));
        return stories;
    }

    private static Story slow(Consumer<KpiNode> samples) {
        return new Story(samples, of -> pass(of, Kpis.HALF_WINDOW.multipliedBy(3)));
    }

    private static void record(dev.cordon.metric.Latency of, int times, long millis) {
        for (int i = 0; i < times; i++) {
            of.record(Duration.ofMillis(millis).toNanos());
        }
    }

    private static void arrivals(KpiNode of, int times, long millis, boolean withThird) {
        for (int i = 0; i < times; i++) {
            of.canary.arrived(Duration.ofMillis(millis).toNanos(), withThird);
        }
    }

    private static void connect(KpiNode of, int users) {
        for (int i = 0; i < users; i++) {
            of.node.connect("user" + i, "s");
        }
    }

    private static void limitHits(KpiNode of, int times) {
        of.node.limits = new TestLimits().managers(1).build();
        of.node.connect("alice", "here");
        for (int i = 0; i < times; i++) {
            of.node.connect("alice", "another" + i);
        }
    }

    /** Advances the time and runs all that timers run. */
    private static void pass(KpiNode of, Duration span) {
        for (Duration gone = Duration.ZERO; gone.compareTo(span) < 0; gone = gone.plus(AlertBoard.PERIOD)) {
            of.node.time.advance(AlertBoard.PERIOD);
            of.tick.run();
            of.endless.run();
            of.kpis.tick();
            if (gone.toSeconds() % KpiNode.INTERVAL.toSeconds() == 0) {
                of.cleanup.run();
            }
            of.board.evaluate();
        }
    }

    private static Alert alert(KpiNode of, String kpi) {
        return of.board.alerts().stream()
                .filter(each -> each.kpi().equals(kpi))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("S3: the alert for late or failed duties names them")
    void s3_alertNamesTheDuties() {
        KpiNode of = new KpiNode();
        of.duties.turn(Duty.CATCH_UP, () -> {});
        of.dutyFails(Duty.CONSOLE);
        of.node.time.advance(Duration.ofSeconds(11));

        of.board.evaluate();

        assertThat(alert(of, "duties_late").meaning()).endsWith(" Now: catch-up, console.");
        assertThat(of.events)
                .filteredOn(event -> event.kpi().equals("duty_failures"))
                .singleElement()
                .satisfies(event -> assertThat(event.meaning()).endsWith(" Now: console."));
    }

    @TestFactory
    @DisplayName("F45 each rule fires when its KPI is above the threshold, and resolves when it no longer is")
    Stream<DynamicTest> eachRuleFiresAndResolves() {
        Map<String, Story> stories = stories();
        return Threshold.ALL.stream()
                .map(threshold -> dynamicTest(threshold.kpi(), () -> {
                    Optional<Story> story = Optional.ofNullable(stories.get(threshold.kpi()));
                    assertThat(story).as("story of %s", threshold.kpi()).isPresent();
                    firesAndResolves(threshold, story.orElseThrow());
                }));
    }

    private static void firesAndResolves(Threshold threshold, Story story) {
        KpiNode of = new KpiNode();
        of.board.evaluate();
        assertThat(of.events).isEmpty();
        assertThat(alert(of, threshold.kpi()).state()).isIn(Alert.State.OK, Alert.State.NOT_JUDGED);

        story.wrong().accept(of);
        of.node.time.advance(Movers.SETTLED);
        of.board.evaluate();

        AlertEvent fired = only(of.events, threshold.kpi());
        assertThat(fired.firing()).isTrue();
        assertThat(fired.value()).isGreaterThan(threshold.limit());
        assertThat(fired.action()).isEqualTo(threshold.action()).isNotEmpty();
        assertThat(alert(of, threshold.kpi()).state()).isEqualTo(Alert.State.FIRING);
        assertThat(alert(of, threshold.kpi()).since()).isEqualTo(fired.at());
        assertThat(firing(of, threshold)).isEqualTo(1);
        of.events.clear();

        story.right().accept(of);
        of.node.time.advance(Movers.SETTLED);
        of.board.evaluate();
        pass(of, AlertRule.QUIET.plus(AlertBoard.PERIOD));

        AlertEvent resolved = only(of.events, threshold.kpi());
        assertThat(resolved.firing()).isFalse();
        assertThat(alert(of, threshold.kpi()).state()).isNotEqualTo(Alert.State.FIRING);
        assertThat(alert(of, threshold.kpi()).fired()).isEqualTo(1);
        assertThat(firing(of, threshold)).isZero();
    }

    private static AlertEvent only(List<AlertEvent> events, String kpi) {
        List<AlertEvent> of = events.stream().filter(e -> e.kpi().equals(kpi)).toList();
        assertThat(of).hasSize(1);
        return of.get(0);
    }

    private static double firing(KpiNode of, Threshold threshold) {
        return value(of, "cordon_alert_firing{kpi=\"" + threshold.kpi() + "\"}");
    }

    private static double value(KpiNode of, String id) {
        return of.board.metrics().stream()
                .filter(metric -> metric.id().equals(id))
                .mapToDouble(metric -> metric.value().getAsDouble())
                .sum();
    }

    @Test
    void doesNotFireAtTheThreshold() {
        limitHits(node, 10);

        node.board.evaluate();

        assertThat(alert(node, "limit_hits").value()).isEqualTo(10);
        assertThat(node.events).isEmpty();
    }

    @Test
    void doesNotFireForLimitHitsSpreadOverSeveralHours() {
        for (int i = 0; i < 30; i++) {
            node.node.counters.limitHits.increment();
            pass(node, Duration.ofMinutes(7));
        }

        assertThat(node.events).isEmpty();
        assertThat(alert(node, "limit_hits").value()).isBetween(8.0, 10.0);
    }

    @Test
    void firesOnceForAValueThatSwingsAroundItsThreshold() {
        for (int i = 0; i < 20; i++) {
            node.holding = new Sweep.Found(2, i % 2 == 0 ? 1 : 2);
            node.cleanup.run();
            node.board.evaluate();
            node.node.time.advance(Duration.ofSeconds(20));
            node.tick.run();
        }

        assertThat(node.events).hasSize(1);
    }

    @Test
    void doesNotJudgeTooFewSamples() {
        record(node.node.counters.delivery, 99, 60);
        node.board.evaluate();
        assertThat(node.events).isEmpty();
        assertThat(alert(node, "delivery").state()).isEqualTo(Alert.State.NOT_JUDGED);
        assertThat(alert(node, "delivery").value()).isNaN();

        record(node.node.counters.delivery, 1, 60);
        node.board.evaluate();

        assertThat(node.events).hasSize(1);
    }

    @Test
    void doesNotJudgeTheMemoryPerUserOfFewUsers() {
        node.collected(1_000_000);
        connect(node, 99);
        node.collected(900_000_000);

        node.board.evaluate();

        assertThat(alert(node, "memory_per_user").state()).isEqualTo(Alert.State.NOT_JUDGED);
    }

    @Test
    void doesNotCountTheMemoryOfNewUsersAsGrowth() {
        node.collected(1_000_000);
        connect(node, 200);
        node.collected(1_000_000 + 200 * 90_000);

        node.board.evaluate();

        assertThat(node.events).isEmpty();
        assertThat(alert(node, "memory_growth").value()).isZero();
    }

    @Test
    void aCollectedManagerIsNoLeak() {
        node.node.connect("alice", "a").leave();
        assertThat(node.leaks.uncollected()).isEqualTo(1);

        node.oldGenerationCollected();

        assertThat(node.leaks.leaked()).isZero();
        assertThat(node.leaks.uncollected()).isZero();
    }

    @Test
    void aManagerInUseIsNoLeak() {
        node.node.connect("alice", "a");

        node.oldGenerationCollected();

        assertThat(node.leaks.leaked()).isZero();
    }

    @Test
    void aManagerReleasedAfterTheWitnessIsNotYetALeak() {
        var peer = node.node.connect("alice", "a");
        node.held(peer);
        node.observe();
        node.collections.addAndGet(LeakWatch.OLD_AFTER);
        node.observe();
        peer.leave();

        node.oldGenerationCollected();

        assertThat(node.leaks.uncollected()).isEqualTo(1);
        assertThat(node.leaks.leaked()).isZero();
    }

    @Test
    void watchesABoundedNumberOfReleasedManagers() {
        for (int i = 0; i < LeakWatch.MOST + 10; i++) {
            node.held(node.node.connect("alice", "s"));
            node.node.factory.connections().forEach(c -> c.close(dev.cordon.protocol.Disconnect.NORMAL));
        }

        assertThat(node.leaks.uncollected()).isEqualTo(LeakWatch.MOST);
    }

    @Test
    void appliesAChangedThresholdAtTheNextEvaluation() {
        limitHits(node, 5);
        node.board.evaluate();
        assertThat(node.events).isEmpty();

        node.alertSettings = new AlertSettings(Map.of("limit_hits", 4.0), Optional.empty());
        node.board.evaluate();

        assertThat(node.events).singleElement().satisfies(event -> {
            assertThat(event.value()).isEqualTo(5);
            assertThat(event.limit()).isEqualTo(4);
        });
        assertThat(value(node, "cordon_threshold{kpi=\"limit_hits\"}")).isEqualTo(4);
    }

    @Test
    void resolvesARuleThatIsSwitchedOffAndFiresItNoMore() {
        limitHits(node, 11);
        node.board.evaluate();
        node.alertSettings = new AlertSettings(Map.of("limit_hits", Double.POSITIVE_INFINITY), Optional.empty());

        node.board.evaluate();
        node.board.evaluate();

        assertThat(node.events).extracting(AlertEvent::firing).containsExactly(true, false);
        assertThat(alert(node, "limit_hits").state()).isEqualTo(Alert.State.OFF);
    }

    @Test
    @DisplayName("F11 the number of remembered events is bounded, and the newest comes first")
    void rememberedEventsAreBounded() {
        for (int i = 0; i < AlertBoard.REMEMBERED; i++) {
            node.node.time.advance(Duration.ofSeconds(11));
            node.board.evaluate();
            pass(node, AlertRule.QUIET.plus(AlertBoard.PERIOD));
        }

        List<AlertEvent> history = node.board.history();

        assertThat(history).hasSize(AlertBoard.REMEMBERED);
        assertThat(history.get(0).firing()).isFalse();
        assertThat(history.get(0).at()).isAfter(history.get(1).at());
        assertThat(value(node, "cordon_alerts_fired_total{kpi=\"tick_overdue\"}"))
                .isEqualTo(AlertBoard.REMEMBERED);
    }

    @Test
    @DisplayName("F38 a listener that throws does not keep the other listeners from being notified")
    void notifiesTheOtherListenersWhenOneThrows() {
        KpiNode of = new KpiNode();
        AlertBoard board = new AlertBoard(
                of.kpis,
                () -> AlertSettings.DEFAULTS,
                List.of(
                        event -> {
                            throw new IllegalStateException("deaf");
                        },
                        of.events::add),
                of.node.time,
                of.node.time);
        of.node.guard.rejects(user("alice"), personal("bob"));

        board.evaluate();

        assertThat(of.events).hasSize(1);
    }

    @Test
    void logsWhatIsWrongAndWhatToDo() {
        limitHits(node, 11);
        node.board.evaluate();
        pass(node, HOUR.plusMinutes(2));

        assertThat(node.events)
                .extracting(AlertLog::line)
                .containsExactly(
                        "ALERT limit_hits is 11, threshold 10 an hour. Users meet the limit on sessions or tabs. What to do: Raise"
                                + " max-managers-per-user or max-connections-per-manager, or find the client that leaks.",
                        "RESOLVED limit_hits is 0, threshold 10 an hour.");
        assertThat(AlertLog.number(0.00123456)).isEqualTo("0.001235");
        assertThat(AlertLog.number(Double.NaN)).isEqualTo("not known");
    }
}
