package dev.cordon.validation;

import dev.cordon.manager.FactoryStats;
import dev.cordon.manager.Limits;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.Sweep;
import dev.cordon.upkeep.Sweeps;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is left of sessions that have gone: weak references, maps, live heap; and the cleanup of those that fell silent. */
final class Leaks {
    private static final int BATCH = 10;
    private static final int FIFTHS = 5;

    private final Run run;
    private long survivorsMissing;
    private long people;

    Leaks(Run run) {
        this.run = run;
    }

    /** What churn left behind. */
    private record Left(long sessions, long uncollected, long inMaps, long heapBytes) {}

    Section measure() {
        Left original = churn(50);
        Left many = churn(run.options().cycles() / BATCH);
        Sweep.Found swept = sweep(500);
        long living = 500L - survivorsMissing;
        return new Section("Cleanup and leak detection")
                .text(
                        "Batches of ten users connect, get a message each and leave. A weak reference to every manager and every connection"
                                + " is asked after full collections. The log keeps the messages for ten minutes and knows their channels for a"
                                + " day, so they are removed, and the node's clock moves on by a day, before the heap is compared. Then 500 managers are silent for 31 minutes of the node's clock and 500 are"
                                + " not: the sweep of the five-minute timer pings first, and ends those that do not answer.")
                .table(new Table("churn", "managers", "weak references not cleared", "left in maps", "heap growth, KB")
                        .row(row("50 batches × 10, as the original", original))
                        .row(row("far beyond", many)))
                .text("Idle sweep: found %,d, removed %,d, survivors %,d of 500."
                        .formatted(swept.found(), swept.removed(), living))
                .verdict(Verdict.exactly(
                        "collected",
                        "managers and connections released but not collected",
                        original.uncollected() + many.uncollected(),
                        0))
                .verdict(Verdict.exactly("maps-empty", "entries left in maps", original.inMaps() + many.inMaps(), 0))
                .verdict(Verdict.atMost(
                        "heap-flat",
                        "live heap growth over %,d sessions".formatted(many.sessions() / FIFTHS * (FIFTHS - 1)),
                        many.heapBytes() / 1024.0,
                        100,
                        "KB"))
                .verdict(Verdict.exactly("sweep-found", "silent managers found by the sweep", swept.found(), 500))
                .verdict(Verdict.exactly("sweep-removed", "of them removed", swept.removed(), 500))
                .verdict(Verdict.exactly("sweep-spares", "live managers that the sweep ended", survivorsMissing, 0));
    }

    private static String[] row(String label, Left left) {
        return new String[] {
            label,
            "%,d".formatted(left.sessions()),
            "%,d of %,d".formatted(left.uncollected(), 2 * left.sessions()),
            "%,d".formatted(left.inMaps()),
            Figure.number(left.heapBytes() / 1024.0)
        };
    }

    /** Twice: with a weak reference to everything, then without any, so that these do not weigh in the heap. */
    private Left churn(int batches) {
        Node node = run.node();
        Ledger ledger = new Ledger();
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            batch(node, ledger, references);
        }
        long uncollected = Heap.uncollected(references);
        // The first fifth may still fill what is filled once: tables, caches. A leak grows in each.
        long before = heapAfter(node, ledger, batches / FIFTHS);
        long growth = heapAfter(node, ledger, batches / FIFTHS * (FIFTHS - 1)) - before;
        run.count(ledger);
        FactoryStats stats = node.factory.stats();
        long inMaps = stats.users() + stats.managers() + stats.connections() + stats.queuedMessages();
        inMaps += node.log.stats().channels() + node.idempotency.size();
        return new Left(references.size() / 2, uncollected, inMaps, growth);
    }

    private long heapAfter(Node node, Ledger ledger, int batches) {
        for (int i = 0; i < batches; i++) {
            batch(node, ledger, new ArrayList<>());
        }
        return Heap.live();
    }

    private void batch(Node node, Ledger ledger, List<WeakReference<Object>> references) {
        List<ConnectionId> handles = new ArrayList<>();
        List<UserId> users = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            UserId user = new UserId("user-" + people++);
            users.add(user);
            handles.add(node.connect(user, new SessionId("browser"), new Wire(user, ledger))
                    .orElseThrow());
            node.factory.managersOf(user).forEach(manager -> {
                references.add(new WeakReference<>(manager));
                manager.connections().forEach(connection -> references.add(new WeakReference<>(connection)));
            });
            node.send(user, Crowd.PAYLOAD);
        }
        handles.forEach(node::disconnect);
        users.forEach(user -> node.log.remove(Channel.personal(user)));
        node.later(Node.KNOWN_FOR.plusMinutes(1));
        node.log.sweep(channel -> false);
    }

    /** 500 silent, 500 heard: found and removed of the silent, and those of the living that were ended by mistake. */
    private Sweep.Found sweep(int each) {
        Node node = run.node();
        Crowd crowd = new Crowd(node, 2 * each);
        crowd.connect();
        Sweep idle =
                Sweeps.of(node.factory, () -> Limits.DEFAULTS, node.log, node.idempotency, Clock.systemUTC()).stream()
                        .filter(sweep -> sweep.name().equals("idle-managers"))
                        .findFirst()
                        .orElseThrow();
        node.later(Limits.DEFAULTS.connectionTimeout().plus(Duration.ofMinutes(1)));
        hear(node, crowd, each);
        idle.run();
        node.later(Limits.DEFAULTS.pongTimeout().plus(Duration.ofSeconds(1)));
        hear(node, crowd, each);
        Sweep.Found found = idle.run();
        for (int i = 0; i < each; i++) {
            survivorsMissing += node.factory.managersOf(crowd.user(i)).isEmpty() ? 1 : 0;
        }
        return found;
    }

    private static void hear(Node node, Crowd crowd, int first) {
        for (int i = 0; i < first; i++) {
            node.factory.managersOf(crowd.user(i)).forEach(m -> m.connections().forEach(c -> c.heard()));
        }
    }
}
