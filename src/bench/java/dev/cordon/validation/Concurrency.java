package dev.cordon.validation;

import dev.cordon.manager.Limits;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.validation.Figure.Rounds;
import java.util.concurrent.atomic.AtomicLong;

/** Many threads at once: creations, the limit, messages; what is lost, astray or out of order. */
final class Concurrency {
    private static final int THREADS = 8;

    private final Run run;
    private long lost;
    private long disorder;

    Concurrency(Run run) {
        this.run = run;
    }

    Section measure() {
        int rounds = run.options().rounds();
        AtomicLong failed = new AtomicLong();
        Rounds ten = rounds(rounds * 20, () -> create(10, 1, failed));
        Rounds many = rounds(rounds, () -> create(THREADS, 500, failed));
        long wrong = limit(rounds * 40);
        Rounds original = rounds(rounds * 4, () -> message(10, 10, 50));
        Rounds crowd = rounds(rounds, () -> message(THREADS, 100, 2_500));
        Rounds single = rounds(rounds * 4, () -> message(THREADS, 1, 120));
        run.keep("concurrent-ten", ten);
        run.keep("concurrent-500", original);
        return new Section("Concurrency")
                .text(
                        ("Threads start together on one node; times are from the start to the end of the last thread. %d processors."
                                        + " No user is sent more at once than its queue may hold (1,024 messages): beyond that a connection ends"
                                        + " with 3008 and reads the rest from the log.")
                                .formatted(Runtime.getRuntime().availableProcessors()))
                .table(new Table("work", "milliseconds")
                        .row("10 managers created by 10 threads", ten.text())
                        .row("4,000 managers created by 8 threads", many.text())
                        .row("500 messages: 10 users × 50, a thread each", original.text())
                        .row("20,000 messages to 100 users by 8 threads", crowd.text())
                        .row("960 messages to one user by 8 threads", single.text()))
                .verdict(Verdict.exactly("concurrent-creation", "creations that failed", failed.get(), 0))
                .verdict(Verdict.exactly(
                        "limit-exact", "races of 8 sessions of one user that did not end with 5 managers", wrong, 0))
                .verdict(Verdict.exactly("concurrent-lost", "messages lost", lost, 0))
                .verdict(Verdict.exactly("concurrent-order", "messages out of order", disorder, 0));
    }

    private double create(int threads, int each, AtomicLong failed) {
        Node node = run.node();
        SessionId session = new SessionId("browser");
        Ledger ledger = new Ledger();
        try (Racing racing = new Racing(threads)) {
            long nanos = racing.run(thread -> {
                for (int i = 0; i < each; i++) {
                    UserId user = new UserId("user-" + thread + "-" + i);
                    if (node.connect(user, session, new Wire(user, ledger)).isEmpty()) {
                        failed.incrementAndGet();
                    }
                }
            });
            failed.addAndGet(
                    Math.abs((long) threads * each - node.factory.stats().managers()));
            return nanos / 1e6;
        }
    }

    private long limit(int races) {
        long wrong = 0;
        UserId user = new UserId("user");
        try (Racing racing = new Racing(THREADS)) {
            for (int race = 0; race < races; race++) {
                Node node = run.node();
                Ledger ledger = new Ledger();
                racing.run(thread -> node.connect(user, new SessionId("s" + thread), new Wire(user, ledger)));
                wrong += node.factory.managersOf(user).size() == Limits.DEFAULTS.maxManagersPerUser() ? 0 : 1;
            }
        }
        return wrong;
    }

    private double message(int threads, int users, int each) {
        Node node = run.node();
        Crowd crowd = new Crowd(node, users);
        crowd.connect();
        try (Racing racing = new Racing(threads)) {
            long nanos = racing.run(thread -> {
                for (int i = 0; i < each; i++) {
                    crowd.send((thread + i * (users == threads ? 0 : 1)) % users);
                }
            });
            lost += (long) threads * each - crowd.ledger.received.sum() + crowd.ledger.foreign.sum();
            disorder += crowd.ledger.disorder.sum();
            run.count(crowd.ledger);
            return nanos / 1e6;
        }
    }

    private static Rounds rounds(int count, java.util.function.DoubleSupplier round) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = round.getAsDouble();
        }
        return Rounds.of(values);
    }
}
