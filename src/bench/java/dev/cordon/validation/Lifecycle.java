package dev.cordon.validation;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.validation.Figure.Distribution;
import org.HdrHistogram.Histogram;

/** Managers made and destroyed, with few and with many others present. */
final class Lifecycle {
    private final Run run;

    Lifecycle(Run run) {
        this.run = run;
    }

    Section measure() {
        Table table = new Table("managers present", "creation, µs", "destruction, µs");
        Section section = new Section("Creation and destruction")
                .text(
                        "One manager after another comes and goes beside those present. Cleanup of managers whose clients fell silent is"
                                + " measured under cleanup and leaks.")
                .table(table);
        long left = 0;
        for (int present : new int[] {0, 1_000, run.options().largest()}) {
            Node node = run.node();
            Crowd crowd = new Crowd(node, present);
            crowd.connect();
            Ledger ledger = new Ledger();
            Histogram creation = Ledger.histogram();
            Histogram destruction = Ledger.histogram();
            for (int i = 0; i < run.options().messages() / 2; i++) {
                once(node, ledger, creation, destruction);
            }
            Figure made = run.keep("lifecycle-creation", Distribution.micros(creation));
            Figure gone = run.keep("lifecycle-destruction", Distribution.micros(destruction));
            table.row("%,d".formatted(present), made.text(), gone.text());
            node.releaseAll();
            left += node.factory.stats().managers() + node.factory.stats().connections();
            left += Math.abs(node.counters.managersCreated.sum() - node.counters.managersReleased.sum());
        }
        return section.verdict(
                Verdict.exactly("destroyed", "managers, connections or counts left over after release", left, 0));
    }

    private static void once(Node node, Ledger ledger, Histogram creation, Histogram destruction) {
        UserId user = new UserId("visitor");
        Wire wire = new Wire(user, ledger);
        long start = System.nanoTime();
        ConnectionId handle = node.connect(user, new SessionId("browser"), wire).orElseThrow();
        long made = System.nanoTime();
        node.disconnect(handle);
        destruction.recordValue(System.nanoTime() - made);
        creation.recordValue(made - start);
    }
}
