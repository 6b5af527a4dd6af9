package dev.cordon.validation;

import dev.cordon.legacy.LegacyManager;
import dev.cordon.validation.Figure.Rounds;
import dev.cordon.validation.Run.Subject;
import java.util.ArrayList;
import java.util.List;

/** Live heap of sessions, by what they hold. */
final class Memory {

    /** The architecture's KPI. */
    private static final double LIMIT_KB = 100;

    private final Run run;

    Memory(Run run) {
        this.run = run;
    }

    Section measure() {
        Table table = new Table("%,d users, KB each".formatted(run.options().users()), "factory", "legacy singleton");
        for (int messages : new int[] {0, 10, 100}) {
            Rounds factory = run.keep("memory-" + messages, heap(Subject.FACTORY, messages));
            table.row(
                    messages == 0
                            ? "manager and connection"
                            : "with %d messages of %d bytes each".formatted(messages, Crowd.PAYLOAD.size()),
                    factory.text(),
                    heap(Subject.SINGLETON, messages).text());
        }
        return new Section("Memory analysis")
                .text(
                        "Growth of the live heap (after two full collections) divided by the users; users' names and the harness's wires"
                                + " exist before. The server's socket comes on top: docs/benchmarks.md measures it with real connections. The"
                                + " singleton retains no message, so a client that was away has lost what it missed.")
                .table(table)
                .verdict(Verdict.atMost(
                        "kpi-memory",
                        "memory a user, 100 retained messages included",
                        (Rounds) run.figure("memory-100"),
                        LIMIT_KB,
                        "KB"));
    }

    private Rounds heap(Subject subject, int messages) {
        List<Double> rounds = new ArrayList<>();
        for (int i = 0; i < run.options().rounds(); i++) {
            LegacyManager manager = run.fresh(subject);
            Crowd crowd = new Crowd(manager, run.options().users());
            long before = Heap.live();
            crowd.connect();
            crowd.sendRounds((long) messages * run.options().users());
            rounds.add((Heap.live() - before) / 1024.0 / run.options().users());
            run.count(crowd.ledger);
            manager.releaseAll();
        }
        return Rounds.of(rounds.stream().mapToDouble(r -> r).toArray());
    }
}
