package dev.cordon.validation;

/** What the report that this one replaces claimed, what its own numbers come to, and what this run measured. */
final class Claims {
    private final Run run;

    Claims(Run run) {
        this.run = run;
    }

    Section compare() {
        return new Section("Claims of the original report")
                .text(
                        "The original compared a factory in Python with an adapter over that same factory and called the adapter the legacy"
                                + " singleton. Its numbers are repeated here only to be recomputed.")
                .table(new Table("it claimed", "its own numbers come to", "this run measured")
                        .row(
                                "creation 0.57 ms, legacy 1.45 ms: 11 % faster",
                                Arithmetic.change(1.45, 0.57) + " time", against("creation"))
                        .row(
                                "delivery 0.15 ms, legacy 0.31 ms: 31.5 % faster",
                                Arithmetic.change(0.31, 0.15) + " time", against("delivery"))
                        .row(
                                "memory 0.05 MB a manager, legacy 8.11 MB: 99.4 % lower",
                                Arithmetic.change(8.11, 0.05) + ", of the process's size, with mock sockets",
                                against("memory") + "; live heap after full collections")
                        .row(
                                "the legacy singleton is slower",
                                "never measured: an adapter over the factory was",
                                "the singleton itself, one lock for all, in every comparison")
                        .row(
                                "10 managers concurrently in 0.48 s, and 10 managers in 5.7 ms",
                                Figure.number(480 / 5.7) + " times as long as one after the other",
                                run.figure("concurrent-ten").text() + " ms concurrently")
                        .row(
                                "500 messages in < 1 s",
                                "at 0.15 ms each 75 ms",
                                run.figure("concurrent-500").text() + " ms")
                        .row(
                                "linear scaling, 5 to 15 users",
                                "three points, nothing asserted",
                                "fitted over the sizes of the table; see the verdicts linear-*")
                        .row(
                                "all managers garbage collected",
                                "not observed",
                                "a weak reference to each; see the verdict collected")
                        .row(
                                "security improves performance",
                                "follows from none of the above",
                                "an owner check takes " + run.figure("guard").text() + " µs: a cost, not a gain"));
    }

    private String against(String metric) {
        double factory = run.figure(metric + ".factory").middle();
        double singleton = run.figure(metric + ".singleton").middle();
        return "factory %s, singleton %s: %s"
                .formatted(
                        Figure.number(factory) + unit(metric),
                        Figure.number(singleton) + unit(metric),
                        Arithmetic.change(singleton, factory));
    }

    private static String unit(String metric) {
        return metric.equals("memory") ? " KB" : " µs";
    }
}
