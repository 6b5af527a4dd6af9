package dev.cordon.validation;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.UserId;
import dev.cordon.validation.Figure.Rounds;

/**
 * What the owner check costs. Main code has no switch that turns the guard off, and shall not have one: so deliveries run with the
 * guard as shipped and with {@link #MORE} further checks each, and the difference, divided, is one check.
 */
final class IsolationCost {
    private static final int MORE = 20;
    /** The original's bound on an operation, which it did not measure. */
    private static final double LIMIT_MICROS = 0.1 * 1_000;

    private static final double LIMIT_SHARE = 10;

    private final Run run;

    IsolationCost(Run run) {
        this.run = run;
    }

    Section measure() {
        int rounds = run.options().rounds() * 3;
        double[] on = new double[rounds];
        double[] more = new double[rounds];
        double[] check = new double[rounds];
        double[] share = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            on[i] = window(0);
            more[i] = window(MORE);
            check[i] = (more[i] - on[i]) / MORE;
            share[i] = check[i] / on[i] * 100;
        }
        Rounds one = run.keep("guard", Rounds.of(check));
        Rounds part = run.keep("guard-share", Rounds.of(share));
        Rounds shipped = Rounds.of(on);
        return new Section("Isolation cost")
                .text(
                        ("The guard compares the channel's owner with the connection's user before every write. It cannot be switched off,"
                                        + " and a switch to measure it would be a hole: so windows of %,d deliveries run as shipped and with %d"
                                        + " more checks each, in turn; the difference divided by %d is one check. Guard off is what is left when"
                                        + " that is taken from the delivery as shipped.")
                                .formatted(run.options().messages(), MORE, MORE))
                .table(new Table("delivery", "µs")
                        .row("guard on, as shipped", shipped.text())
                        .row(
                                "guard on and %d checks more".formatted(MORE),
                                Rounds.of(more).text())
                        .row("one check", one.text())
                        .row("guard off, by subtraction", Figure.number(shipped.median() - one.median()))
                        .row("one check, per cent of the delivery", part.text()))
                .text(
                        "What isolation costs beside the check (a manager and a connection of its own for every session, limits,"
                                + " positions, the log) is the difference to the singleton in the baseline.")
                .verdict(Verdict.atMost("guard-cost", "one owner check", one, LIMIT_MICROS, "µs"))
                .verdict(Verdict.atMost("guard-share", "its part of a delivery", part, LIMIT_SHARE, "%"));
    }

    private double window(int checks) {
        Node node = run.node();
        Crowd crowd = new Crowd(node, run.options().users());
        crowd.connect();
        int messages = run.options().messages();
        Channel[] channels = new Channel[run.options().users()];
        for (int i = 0; i < run.options().users(); i++) {
            // Equal, not the same: as the publisher's own copy of the name is.
            channels[i] = Channel.personal(new UserId("user-" + i));
        }
        long permitted = 0;
        long start = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            int to = i % run.options().users();
            for (int j = 0; j < checks; j++) {
                permitted += node.guard.rejects(crowd.user(to), channels[to]) ? 0 : 1;
            }
            crowd.send(to);
        }
        long took = System.nanoTime() - start;
        run.count(crowd.ledger);
        if (permitted != (long) checks * messages) {
            throw new IllegalStateException("the guard rejected an owner");
        }
        return took / 1e3 / messages;
    }
}
