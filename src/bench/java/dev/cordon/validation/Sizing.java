package dev.cordon.validation;

/** How much was really run. */
final class Sizing {
    private final Run run;

    Sizing(Run run) {
        this.run = run;
    }

    Section table() {
        Table table = new Table(
                "users (one session each)",
                "live heap, MB",
                "messages a second, one thread, no socket",
                "p99 of a message, µs");
        for (int users : run.options().sizes()) {
            double heap = run.figure("scale-heap." + users).middle() * users / 1024;
            double millis = run.figure("scale-messaging." + users).middle();
            Figure.Distribution message = (Figure.Distribution) run.figure("scale-message." + users);
            table.row(
                    "%,d".formatted(users),
                    Figure.number(heap),
                    "%,.0f".formatted(users * 10 / (millis / 1e3)),
                    Figure.number(message.p99()) + " (n %,d)".formatted(message.n()));
        }
        return new Section("Sizing")
                .text(
                        ("Every row was run, with %,d users at most; there is no row beyond, and none may be derived: caches, collector and"
                                        + " network behave differently further up. Medians of %d rounds. The heap is that of managers,"
                                        + " connections and ten retained messages a user, without sockets; the rate is delivery in this process, with"
                                        + " every frame looked at. The cost of real sockets is in docs/benchmarks.md, of up to 10,000 connections.")
                                .formatted(
                                        run.options().largest(), run.options().rounds()))
                .table(table);
    }
}
