package dev.cordon.validation;

import dev.cordon.manager.Connection;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.UserId;
import dev.cordon.validation.Figure.Distribution;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The original's four steps: ten managers, fifty messages, their memory, their cleanup; cold as it ran them, and warm. */
final class Overhead {
    private final Run run;
    private final Distribution coldCreation;
    private final Distribution coldDelivery;
    private final Distribution coldCleanup;

    /** Measures the cold part: to be made before anything else has run in this process. */
    Overhead(Run run) {
        this.run = run;
        Crowd crowd = new Crowd(run.node(), 10);
        coldCreation = Distribution.micros(crowd.connect());
        crowd.sendRounds(50);
        coldDelivery = Distribution.micros(crowd.ledger.latency());
        coldCleanup = Distribution.micros(crowd.disconnect());
        run.count(crowd.ledger);
    }

    Section measure() {
        Histogram creation = Ledger.histogram();
        Histogram delivery = Ledger.histogram();
        Histogram cleanup = Ledger.histogram();
        List<Double> memory = new ArrayList<>();
        for (int round = 0; round < run.options().rounds() * 4; round++) {
            Crowd crowd = new Crowd(run.node(), 10);
            long before = Heap.live();
            creation.add(crowd.connect());
            memory.add((Heap.live() - before) / 1024.0);
            crowd.sendRounds(50);
            delivery.add(crowd.ledger.latency());
            cleanup.add(crowd.disconnect());
            run.count(crowd.ledger);
        }
        Figure connection = Distribution.micros(connectionOnly());
        return new Section("Factory overhead")
                .text(
                        "Ten managers, fifty messages to them, released, as the original did it. Cold is the first use of the classes in"
                                + " this process, once; warm is the median of fresh nodes afterwards. Memory is the live heap after full"
                                + " collections, not the process's size.")
                .table(new Table("step", "cold, µs", "warm, µs")
                        .row(
                                "create 10 managers, each",
                                coldCreation.text(),
                                Distribution.micros(creation).text())
                        .row(
                                "send 50 messages, each",
                                coldDelivery.text(),
                                Distribution.micros(delivery).text())
                        .row(
                                "release 10 managers, each",
                                coldCleanup.text(),
                                Distribution.micros(cleanup).text())
                        .row("accept and close a connection without a manager", "", connection.text()))
                .text("Memory of ten managers: "
                        + run.keep(
                                        "memory-ten",
                                        Figure.Rounds.of(memory.stream()
                                                .mapToDouble(m -> m)
                                                .toArray()))
                                .text()
                        + " KB.");
    }

    private Histogram connectionOnly() {
        Histogram times = Ledger.histogram();
        Node node = run.node();
        Wire wire = new Wire(new UserId("user"), new Ledger());
        for (int i = 0; i < run.options().messages(); i++) {
            long start = System.nanoTime();
            Connection connection = node.factory.accept(wire).orElseThrow();
            connection.close(Disconnect.NORMAL);
            times.recordValue(System.nanoTime() - start);
        }
        return times;
    }
}
