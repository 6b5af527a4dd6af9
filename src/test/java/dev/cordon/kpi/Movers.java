package dev.cordon.kpi;

import static dev.cordon.manager.TestNode.personal;
import static dev.cordon.manager.TestNode.user;

import dev.cordon.api.ApiCounters.Outcome;
import dev.cordon.api.Rejected;
import dev.cordon.gateway.Cuts;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.gateway.SocketCounters.Way;
import dev.cordon.heap.HeapShare;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookEvents;
import dev.cordon.hook.http.CallFailure;
import dev.cordon.legacy.MigrationAdapter;
import dev.cordon.legacy.MigrationReport;
import dev.cordon.legacy.MigrationSettings;
import dev.cordon.legacy.SingletonWebSocketManager;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Delivery;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.LimitPolicy;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestLimits;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.publish.Idempotency;
import dev.cordon.upkeep.Duty;
import dev.cordon.upkeep.Sweep;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * For each metric the action that moves it, and what it says on a fresh node a second later. The values are chosen so that two
 * metrics that were mixed up would not say the same.
 */
final class Movers {
    /** The time that passes before metrics are read, so that readings cached for half a second have expired. */
    static final Duration SETTLED = Duration.ofSeconds(1);

    private final Map<String, Mover> movers = new LinkedHashMap<>();

    /** @param expected the metric's value; NaN if it is only known to move */
    record Mover(double expected, Consumer<KpiNode> action) {}

    private Movers() {
        publishing();
        delivery();
        managers();
        limits();
        connections();
        waysIn();
        hooks();
        log();
        ledger();
        cleanup();
        duties();
        memory();
        canary();
        latencies();
    }

    static Map<String, Mover> all() {
        return new Movers().movers;
    }

    private void moves(String metric, double expected, Consumer<KpiNode> action) {
        if (movers.put("cordon_" + metric, new Mover(expected, action)) != null) {
            throw new AssertionError("two movers for " + metric);
        }
    }

    private void publishing() {
        moves("accepted_total", 3, of -> {
            of.publish("alice", 2);
            of.publishInVain("alice");
        });
        moves("duplicates_total", 2, of -> Stream.of("k", "k", "k").forEach(key -> of.publish("alice", key)));
        moves("appended_total", 2, of -> {
            of.node.connect("alice", "s");
            of.publish("alice", 2);
        });
        moves("without_connection_total", 2, of -> {
            of.node.connect("alice", "s");
            of.publish("alice", 1);
            of.publish("bob", 2);
        });
        moves("publish_failures_total", 1, of -> of.publishInVain("alice"));
        moves("idempotency_keys_forgotten_total", 1, of -> {
            for (int i = 0; i <= Idempotency.MAX_KEYS; i++) {
                of.publish("alice", "key" + i);
            }
        });
        moves("idempotency_keys", 2, of -> Stream.of("a", "b", "b").forEach(key -> of.publish("alice", key)));
    }

    private void delivery() {
        moves("delivered_total", 2, of -> {
            of.node.connect("alice", "s");
            of.node.connect("alice", "s");
            of.publish("alice", 1);
        });
        moves("dropped_total{reason=slow}", 1, of -> {
            of.node.limits = new TestLimits().queue(1, 1000).build();
            Connection slow = of.connectSlow("alice").connection();
            slow.ping();
            slow.ping();
            of.publish("alice", 1);
        });
        moves("dropped_total{reason=closed}", 2, of -> {
            Peer slow = of.connectSlow("alice");
            of.publish("alice", 3);
            slow.leave();
        });
        moves("dropped_total{reason=old}", 1, of -> {
            of.node.connect("alice", "s");
            Delivery delivery = of.node.appended(personal("alice"), "{}");
            deliver(of, delivery);
            deliver(of, delivery);
        });
        moves("dropped_total{reason=gone}", KpiNode.KEPT_A_CHANNEL + 2, of -> {
            of.node.connect("alice", "s");
            for (int i = 0; i <= KpiNode.KEPT_A_CHANNEL; i++) {
                of.node.appended(personal("alice"), "{}");
            }
            of.publish("alice", 1);
        });
        moves("dropped_total{reason=violation}", 1, of -> of.node.guard.rejects(user("alice"), personal("bob")));
        moves("catch_ups_total", 1, of -> {
            of.node.connect("alice", "s");
            of.node.appended(personal("alice"), "{}");
            of.publish("alice", 1);
        });
        moves("writes_total", 3, of -> {
            of.node.connect("alice", "s");
            of.publish("alice", 2);
        });
        moves("write_failures_total", 1, of -> {
            of.node.connect("alice", "s").wire().mode(FakeTransport.Mode.FAILING);
            of.publish("alice", 1);
        });
        moves("isolation_checks_total", 3, of -> {
            of.node.connect("alice", "s");
            of.publish("alice", 2);
            of.node.guard.rejects(user("alice"), personal("bob"));
        });
        moves("violations_total", 2, of -> {
            of.node.guard.rejects(user("alice"), personal("alice"));
            of.node.guard.rejects(user("alice"), personal("bob"));
            of.node.guard.rejects(user("bob"), personal("alice"));
        });
    }

    private static void deliver(KpiNode of, Delivery delivery) {
        try (WriteBatch writes = new WriteBatch()) {
            of.node.factory.deliver(delivery, of.node.log, writes);
        }
    }

    private void managers() {
        moves("users", 2, of -> {
            connect(of, "alice", "a", "b");
            connect(of, "bob", "a");
        });
        moves("managers", 2, of -> connect(of, "alice", "a", "a", "b"));
        moves("connections", 3, of -> {
            connect(of, "alice", "a", "a");
            of.node.accept(new FakeTransport());
        });
        moves("connections_opening", 2, of -> {
            connect(of, "alice", "a");
            of.node.accept(new FakeTransport());
            of.node.accept(new FakeTransport());
        });
        moves("queue_messages", 2, of -> {
            of.connectSlow("alice");
            of.publish("alice", 3);
        });
        moves("queue_bytes", Double.NaN, of -> {
            of.connectSlow("alice");
            of.publish("alice", 2);
        });
        moves("managers_created_total", 2, of -> connect(of, "alice", "a", "a", "b"));
        moves("managers_released_total", 2, Movers::connectThreeAndLeaveTwo);
        moves("failed_creations_total", 1, of -> {
            Peer peer = of.node.accept(new FakeTransport());
            of.withoutLimits(() -> {
                try {
                    of.node.factory.open(peer.connection(), TestNode.context("alice", "s"));
                } catch (IllegalStateException e) {
                    // Expected.
                }
            });
        });
    }

    private static void connectThreeAndLeaveTwo(KpiNode of) {
        List<Peer> peers = connect(of, "alice", "a", "b", "c");
        peers.get(0).leave();
        peers.get(1).leave();
    }

    private static List<Peer> connect(KpiNode of, String user, String... sessions) {
        return Stream.of(sessions)
                .map(session -> of.node.connect(user, session))
                .toList();
    }

    private void limits() {
        moves("limit_hits_total", 2, of -> {
            of.node.limits = new TestLimits().managers(2).build();
            connect(of, "alice", "a", "b", "c", "d");
        });
        moves("probes_total", 2, of -> {
            of.node.limits = new TestLimits().managers(2).build();
            connect(of, "alice", "a", "b", "c");
        });
        moves("proven_dead_total", 1, of -> {
            of.node.limits = new TestLimits().managers(2).build();
            List<Peer> peers = connect(of, "alice", "a", "b");
            of.node.time.advance(Duration.ofMillis(1));
            connect(of, "alice", "c");
            peers.get(0).connection().heard();
            of.node.time.advance(Duration.ofSeconds(3));
            of.node.admissions.tick();
        });
        moves("evicted_total", 2, of -> {
            of.node.limits = new TestLimits()
                    .managers(1)
                    .policy(LimitPolicy.EVICT_OLDEST)
                    .build();
            connect(of, "alice", "a", "a", "b");
            of.node.admissions.tick();
        });
    }

    private void connections() {
        moves("connections_accepted_total", 3, of -> {
            connect(of, "alice", "a");
            of.node.accept(new FakeTransport());
            of.node.accept(new FakeTransport());
        });
        moves("connections_rejected_total", 2, of -> {
            of.node.limits = new TestLimits().sockets(1).build();
            for (int i = 0; i < 3; i++) {
                of.node.factory.accept(new FakeTransport());
            }
        });
        moves("connects_total", 2, of -> {
            connect(of, "alice", "a", "a");
            of.node.accept(new FakeTransport());
        });
        Stream.of(
                        Disconnect.NORMAL,
                        Disconnect.SHUTDOWN,
                        Disconnect.EXPIRED,
                        Disconnect.SLOW,
                        Disconnect.INSUFFICIENT_STATE,
                        Disconnect.FORCE_RECONNECT,
                        Disconnect.NO_PONG,
                        Disconnect.TOO_MANY_REQUESTS,
                        Disconnect.INVALID_TOKEN,
                        Disconnect.BAD_REQUEST,
                        Disconnect.STALE,
                        Disconnect.FORCE_NO_RECONNECT,
                        Disconnect.CONNECTION_LIMIT,
                        Disconnect.PERMISSION_DENIED)
                .forEach(why -> moves("closes_total{code=" + why.code() + "}", 1, of -> close(of, why)));
        moves("closes_total{code=other}", 2, of -> {
            close(of, new Disconnect(4000, "by an operator"));
            close(of, new Disconnect(4999, "by an operator"));
        });
    }

    private static void close(KpiNode of, Disconnect why) {
        of.node.accept(new FakeTransport()).connection().close(why);
    }

    private void waysIn() {
        moves("commands_total", 3, of -> of.socket.commands.add(3));
        moves("sends_total", 4, of -> of.socket.sends.add(4));
        moves("compressed_handshakes_total", 32, of -> of.socket.compressedHandshakes.add(32));
        moves("compressed_messages_total", 33, of -> of.socket.compressedMessages.add(33));
        moves("compressed_from_bytes_total", 34, of -> of.socket.compressedFromBytes.add(34));
        moves("compressed_to_bytes_total", 35, of -> of.socket.compressedToBytes.add(35));
        moves("uncompressed_messages_total", 36, of -> of.socket.uncompressed.add(36));
        moves("reads_in_place_total", 5, of -> of.socket.readsInPlace.add(5));
        moves("api_requests_total", 7, of -> of.api.requests.add(7));
        moves("api_shortcuts_total", 6, of -> of.api.shortcuts.add(6));
        moves("api_commands_total", 10, of -> of.api.commands.add(10));
        moves("group_changes_total", 8, of -> of.api.groupChanges.add(8));
        moves("group_publishes_total{outcome=appended}", 9, of -> of.api.groupPublishes.add(Outcome.APPENDED, 9));
        moves("group_publishes_total{outcome=failed}", 11, of -> of.api.groupPublishes.add(Outcome.FAILED, 11));
        moves("live_publishes_total", 4, of -> of.api.livePublishes.add(4));
        moves("outbox_published_total", 25, of -> of.outbox.published.add(25));
        moves("outbox_rejected_total", 26, of -> of.outbox.rejected.add(26));
        moves("outbox_age_seconds", 1, of -> of.outbox.begin());
        moves("cluster_nodes", 3, of -> of.cluster.beaten(3));
        moves("cluster_nodes_lost_total", 16, of -> of.cluster.nodesLost.add(16));
        moves("cluster_listening", 1, of -> of.hearing.set(true));
        moves("cluster_not_listening_seconds", 1, of -> of.cluster.begin());
        moves("cluster_heartbeat_age_seconds", 1, of -> of.cluster.begin());
        moves("cluster_quorum", 1, of -> of.cluster.beaten(1));
        moves("cluster_wakeups_sent_total", 11, of -> of.cluster.wakeupsSent.add(11));
        moves("cluster_wakeups_received_total", 12, of -> of.cluster.wakeupsReceived.add(12));
        moves("cluster_wakeups_failed_total", 13, of -> of.cluster.wakeupsFailed.add(13));
        moves("cluster_publications_total", 14, of -> of.cluster.remote.add(14));
        moves("cluster_transactions_heard_total", 24, of -> of.cluster.transactions.add(24));
        moves("cluster_repaired_total", 15, of -> of.cluster.repaired.add(15));
        moves("cluster_inquiries_asked_total", 16, of -> of.cluster.inquiriesAsked.add(16));
        moves("cluster_inquiries_answered_total", 17, of -> of.cluster.inquiriesAnswered.add(17));
        moves("cluster_inquiries_unanswered_total", 18, of -> of.cluster.inquiriesUnanswered.add(18));
        moves("cluster_inquiries_rejected_total", 19, of -> of.cluster.inquiriesRejected.add(19));
        moves("cluster_slots_claimed_total", 20, of -> of.cluster.slotsClaimed.add(20));
        moves("cluster_slots_denied_total", 21, of -> of.cluster.slotsDenied.add(21));
        moves("cluster_slot_takeovers_total", 22, of -> of.cluster.slotTakeovers.add(22));
        moves("cluster_slots_lost_total", 23, of -> of.cluster.slotsLost.add(23));
        moves("hook_http_answers_total", 25, of -> of.httpHooks.answers.add(25));
        moves("hook_http_events_told_total", 26, of -> of.httpHooks.eventsTold.add(26));
        moves("hook_http_events_dropped_total", 27, of -> of.httpHooks.eventsDropped.add(27));
        moves("hook_http_events_taken_over_total", 28, of -> of.httpHooks.eventsTakenOver.add(28));
        moves("hook_http_down", 29, of -> of.httpHooks.follow(() -> 29, () -> 30, () -> 31));
        moves("hook_http_events_waiting", 30, of -> of.httpHooks.follow(() -> 29, () -> 30, () -> 31));
        moves("hook_http_events_age_seconds", 31, of -> of.httpHooks.follow(() -> 29, () -> 30, () -> 31));
        each("hook_http_failures_total{reason=", CallFailure.values(), of -> of.httpHooks, "add");
        each("migration_calls_total{path=", MigrationReport.Path.values(), of -> of.migration, "took");
        moves("migration_legacy_connections", 2, of -> connects(adapter(of, 0, false), 2));
        moves("migration_factory_connections", 3, of -> connects(adapter(of, 100, false), 3));
        moves("migration_call_sites", 1, of -> connects(adapter(of, 100, false), 4));
        moves("migration_divergences_total", 1, Movers::diverges);
        each("handshakes_total{way=", Way.values(), of -> of.socket, "take");
        each("rejected_total{reason=", SocketCounters.Rejected.values(), of -> of.socket, "reject");
        each("cuts_total{reason=", Cuts.Reason.values(), of -> of.socket.cuts, "add");
        each("api_rejected_total{reason=", Rejected.values(), of -> of.api, "reject");
    }

    private void hooks() {
        for (HookCall.Kind kind : HookCall.Kind.values()) {
            for (String outcome : HookEvents.outcomesOfCalls()) {
                int times = kind.name().length() + outcome.length();
                moves(
                        "hook_calls_total{event=" + kind.name().toLowerCase(Locale.ROOT) + ", outcome=" + outcome + "}",
                        times,
                        of -> HookEvents.call(of.hooks, kind, outcome, times, 1_000));
            }
        }
        for (String outcome : HookEvents.outcomesOfEvents()) {
            int times = outcome.length();
            moves(
                    "hook_events_total{outcome=" + outcome + "}",
                    times,
                    of -> HookEvents.event(of.hooks, outcome, times));
        }
        moves("hook_failures_total", 3, of -> {
            HookEvents.call(of.hooks, HookCall.Kind.RPC, "late", 1, 1_000);
            HookEvents.event(of.hooks, "failed", 2);
        });
        moves("hook_events_lost_total", 25, of -> of.hooks.eventsLost.add(25));
        moves("hook_in_flight", 26, of -> HookEvents.underWay(of.hooks, 26, 27));
        moves("hook_waiting", 27, of -> HookEvents.underWay(of.hooks, 26, 27));
        moves("hook_overdue", 28, of -> of.hooks.overdue.add(28));
        moves("hook_queued_events", 29, of -> of.hooks.queuedEvents.add(29));
        for (String quantile : List.of("0.5", "0.9", "0.99", "0.999", "1")) {
            moves(
                    "hook_call_seconds{quantile=" + quantile + "}",
                    Double.NaN,
                    of -> HookEvents.call(of.hooks, HookCall.Kind.RPC, "accepted", 1, 50_000));
        }
        moves("hook_call_window_samples", 2, of -> HookEvents.call(of.hooks, HookCall.Kind.RPC, "accepted", 2, 1_000));
        moves("hook_call_samples_total", 3, of -> HookEvents.call(of.hooks, HookCall.Kind.RPC, "accepted", 3, 1_000));
    }

    private static MigrationAdapter adapter(KpiNode of, int share, boolean shadow) {
        return new MigrationAdapter(
                new SingletonWebSocketManager(Duration.ofSeconds(1)),
                of.node.factory,
                of.node.publisher,
                () -> new MigrationSettings(share, shadow),
                of.migration,
                of.node.time,
                of.node.time);
    }

    private static void connects(MigrationAdapter adapter, int times) {
        for (int i = 0; i < times; i++) {
            adapter.connect(user("alice"), new SessionId("s" + i), new FakeTransport());
        }
    }

    /** The singleton takes a sixth session, which the factory refuses. */
    static void diverges(KpiNode of) {
        connects(adapter(of, 0, true), 6);
    }

    /** Adds a mover for each label value, each with a different number of times. */
    private void each(String family, Enum<?>[] labels, Function<KpiNode, Object> counters, String method) {
        for (int i = 0; i < labels.length; i++) {
            Enum<?> label = labels[i];
            int times = 2 + i;
            moves(
                    family + label.name().toLowerCase(Locale.ROOT) + "}",
                    times,
                    of -> KpiNode.count(counters.apply(of), method, label, times));
        }
    }

    private void log() {
        moves("log_channels", 2, of -> {
            of.publish("alice", 2);
            of.publish("bob", 1);
        });
        moves("log_publications", 3, of -> of.publish("alice", 3));
        moves("log_bytes", 6, of -> of.publish("alice", 3));
        moves("log_channels_evicted_total", 2, of -> {
            of.publish("alice", 1);
            of.publish("bob", 1);
            of.node.log.append(personal("carol"), Payload.json("\"" + "x".repeat(KpiNode.KEPT_BYTES) + "\""));
        });
        moves("log_left_total{reason=expired}", 2, of -> {
            of.publish("alice", 2);
            of.node.time.advance(Duration.ofMinutes(11));
            of.cleanup.run();
        });
        moves("log_left_total{reason=channel_full}", 3, of -> of.publish("alice", KpiNode.KEPT_A_CHANNEL + 3));
        moves("log_left_total{reason=log_full}", 1, of -> {
            Payload large = Payload.json("\"" + "x".repeat(KpiNode.KEPT_BYTES * 2 / 3) + "\"");
            of.node.log.append(personal("alice"), large);
            of.node.log.append(personal("bob"), large);
        });
        moves("log_left_total{reason=removed}", 3, of -> {
            of.publish("alice", 3);
            of.node.log.remove(personal("alice"));
        });
    }

    private void ledger() {
        moves("ledger_accepted_total", 3, later(of -> of.publish("alice", 3)));
        moves("ledger_pending", 2, later(of -> {
            of.publish("alice", 3);
            acknowledgeAllBut(of, 2);
        }));
        moves("ledger_settled_total{reason=acknowledged}", 2, later(of -> {
            of.publish("alice", 3);
            acknowledgeAllBut(of, 1);
        }));
        moves("ledger_settled_total{reason=expired}", 2, later(of -> {
            of.publish("alice", 2);
            of.node.time.advance(Duration.ofMinutes(11));
            of.cleanup.run();
        }));
        moves("ledger_settled_total{reason=evicted}", 3, later(of -> of.publish("alice", KpiNode.KEPT_A_CHANNEL + 3)));
        moves("ledger_settled_total{reason=removed}", 4, later(of -> {
            of.publish("alice", 4);
            of.node.log.remove(personal("alice"));
        }));
        moves("ledger_imbalance", 2, of -> {
            of.lost = 2;
            of.cleanup.run();
        });
        moves("ledger_channels", 2, of -> {
            of.publish("alice", 1);
            of.publish("bob", 1);
            of.cleanup.run();
        });
        moves("ack_positions", 2, of -> {
            of.node.log.follow(personal("alice"), new SessionId("a"));
            of.node.log.follow(personal("alice"), new SessionId("b"));
        });
        moves("ack_positions_dropped_total", 3, of -> {
            for (int i = 0; i < UserLog.MAX_SESSIONS + 3; i++) {
                of.node.log.follow(personal("alice"), new SessionId("s" + i));
            }
        });
    }

    private static void acknowledgeAllBut(KpiNode of, long last) {
        StreamPosition top = of.node.log.top(personal("alice"));
        of.node.log.acknowledge(
                personal("alice"), new SessionId("s"), new StreamPosition(top.epoch(), top.offset() - last));
    }

    /** Runs an action and then advances the time so far that the ledger is added up anew. */
    private static Consumer<KpiNode> later(Consumer<KpiNode> action) {
        return action.andThen(of -> of.node.time.advance(LedgerMetrics.FRESH));
    }

    private void cleanup() {
        moves("cleanup_runs_total", 2, of -> {
            of.cleanup.run();
            of.cleanup.run();
        });
        moves("cleanup_found_total", 3, of -> {
            of.holding = new Sweep.Found(3, 1);
            of.cleanup.run();
        });
        moves("cleanup_removed_total", 2, of -> {
            of.publish("alice", 2);
            of.node.time.advance(Duration.ofMinutes(11));
            of.cleanup.run();
        });
        moves("cleanup_failures_total", 1, of -> of.withoutLimits(of.cleanup::run));
        moves("cleanup_left", 2, of -> {
            of.holding = new Sweep.Found(3, 1);
            of.cleanup.run();
        });
        moves("cleanup_age_intervals", Double.NaN, of -> of.node.time.advance(Duration.ofMinutes(5)));
        moves("cleanup_age_seconds", 10, of -> {
            of.cleanup.run();
            of.node.time.advance(Duration.ofSeconds(4));
            of.tick.run();
            of.node.time.advance(Duration.ofSeconds(5));
        });
        moves("tick_age_seconds", 10, of -> {
            of.tick.run();
            of.node.time.advance(Duration.ofSeconds(4));
            of.cleanup.run();
            of.node.time.advance(Duration.ofSeconds(5));
        });
    }

    private void duties() {
        for (Duty duty : Duty.values()) {
            moves("duty_age_seconds{duty=" + duty.label() + "}", 5, of -> {
                of.duties.turn(duty, () -> {});
                of.node.time.advance(Duration.ofSeconds(4));
            });
            moves(
                    "duty_run_seconds{duty=" + duty.label() + "}",
                    3,
                    of -> of.duties.turn(duty, () -> of.node.time.advance(Duration.ofSeconds(3))));
        }
        moves("duties_late", 2, of -> {
            of.duties.turn(Duty.CATCH_UP, () -> {});
            of.duties.turn(Duty.ALERTS, () -> {});
            of.node.time.advance(Duration.ofSeconds(10));
        });
        moves("duty_failures_total", 2, of -> {
            of.dutyFails(Duty.ALERTS);
            of.dutyFails(Duty.CONSOLE);
        });
        moves("tick_hanging", 1, of -> of.hangs(of.node.connect("alice", "s")));
    }

    private void memory() {
        for (HeapShare share : HeapShare.values()) {
            String label = "{share=" + share.name().toLowerCase(Locale.ROOT) + "}";
            moves("memory_used_bytes" + label, 13, of -> count(of.held, share, 13));
            moves("memory_limit_bytes" + label, 14, of -> count(of.limits, share, 14));
        }
        moves("heap_live_bytes", 4_000, of -> of.collected(4_000));
        moves("memory_per_user_bytes", 1_500, of -> {
            of.collected(1_000);
            connect(of, "alice", "a");
            connect(of, "bob", "a");
            of.collected(4_000);
        });
        moves("memory_growth_bytes", 3_000, of -> {
            of.collected(1_000);
            of.collected(4_000);
        });
        moves("managers_uncollected", 2, of -> {
            List<Peer> left = connect(of, "alice", "a", "b", "c");
            of.held(left.get(0));
            of.held(left.get(1));
            left.get(0).leave();
            left.get(1).leave();
        });
        moves("leaked_managers", 1, of -> {
            Peer left = connect(of, "alice", "a", "b").get(0);
            of.held(left);
            left.leave();
            of.leakProven();
        });
    }

    private static void count(Map<HeapShare, AtomicLong> of, HeapShare share, long bytes) {
        Objects.requireNonNull(of.get(share)).set(bytes);
    }

    private void canary() {
        moves("canary_sent_total", 2, of -> of.canary.sent.add(2));
        moves("canary_received_total", 1, of -> of.canary.arrived(1_000, false));
        moves("canary_foreign_total", 3, of -> of.canary.foreign.add(3));
        moves("canary_lost_total", 4, of -> of.canary.lost.add(4));
        moves("canary_connects_total", 5, of -> of.canary.connects.add(5));
        moves("canary_failures_total", 6, of -> of.canary.failures.add(6));
        moves("canary_cuts_total", 7, of -> of.canary.cuts.add(7));
        moves("canary_silence_seconds", 6, of -> {
            of.canary.started();
            of.node.time.advance(Duration.ofSeconds(5));
        });
        moves("canary_neighbour_factor", Double.NaN, of -> {
            of.canary.arrived(Duration.ofMillis(10).toNanos(), false);
            of.canary.arrived(Duration.ofMillis(30).toNanos(), true);
        });
        moves("canary_compared_samples", 1, of -> {
            of.canary.arrived(1_000, false);
            of.canary.arrived(1_000, false);
            of.canary.arrived(1_000, true);
        });
        for (String quantile : List.of("0.5", "0.9", "0.99", "0.999", "1")) {
            moves(
                    "canary_delivery_seconds{quantile=" + quantile + "}",
                    Double.NaN,
                    of -> of.canary.arrived(50_000, false));
        }
        moves("canary_delivery_window_samples", 1, of -> of.canary.arrived(1_000, true));
        moves("canary_delivery_samples_total", 1, of -> of.canary.arrived(1_000, true));
    }

    private void latencies() {
        for (String quantile : List.of("0.5", "0.9", "0.99", "0.999", "1")) {
            String label = "_seconds{quantile=" + quantile + "}";
            moves("manager_creation" + label, Double.NaN, slowly(of -> connect(of, "alice", "a")));
            moves("delivery" + label, Double.NaN, slowly(of -> {
                connect(of, "alice", "a");
                of.publish("alice", 1);
            }));
            moves(
                    "manager_cleanup" + label,
                    Double.NaN,
                    slowly(of -> connect(of, "alice", "a").get(0).leave()));
        }
        moves("manager_creation_window_samples", 2, of -> connect(of, "alice", "a", "a", "b"));
        moves("delivery_window_samples", 3, of -> {
            connect(of, "alice", "a");
            of.publish("alice", 3);
        });
        moves("manager_cleanup_window_samples", 2, Movers::connectThreeAndLeaveTwo);
        moves("manager_creation_samples_total", 2, of -> connect(of, "alice", "a", "a", "b"));
        moves("delivery_samples_total", 3, of -> {
            connect(of, "alice", "a");
            of.publish("alice", 3);
        });
        moves("manager_cleanup_samples_total", 2, Movers::connectThreeAndLeaveTwo);
    }

    /** Runs an action during which each reading of the clock takes 1 ms. */
    private static Consumer<KpiNode> slowly(Consumer<KpiNode> action) {
        return of -> {
            of.node.time.passing(Duration.ofMillis(1));
            action.accept(of);
            of.node.time.passing(Duration.ZERO);
        };
    }
}
