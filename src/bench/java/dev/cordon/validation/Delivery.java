package dev.cordon.validation;

import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.validation.Figure.Distribution;
import dev.cordon.validation.Figure.Rounds;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** From the accepted publish to the wire: single messages, and batches that share one write. */
final class Delivery {
    private static final int BATCH = 50;

    private final Run run;

    Delivery(Run run) {
        this.run = run;
    }

    Section measure() {
        Distribution single = single();
        double[] batches = new double[run.options().rounds() * 20];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = batch();
        }
        Rounds batch = run.keep("delivery-batch", Rounds.of(batches));
        run.keep("delivery-single", single);
        return new Section("Delivery latency")
                .text(
                        "In this process, up to the wire; what a client sees over HTTP and the socket is in the end-to-end section."
                                + " A sample is taken at every write.")
                .table(new Table("what", "µs")
                        .row("single messages to 100 users in turn", single.text())
                        .row("50 messages of one batch to one user, the whole batch", batch.text()));
    }

    private Distribution single() {
        Crowd crowd = new Crowd(run.node(), 100);
        crowd.connect();
        for (int round = 0; round < run.options().rounds(); round++) {
            crowd.sendRounds(run.options().messages());
        }
        run.count(crowd.ledger);
        Histogram latency = crowd.ledger.latency();
        return Distribution.micros(latency);
    }

    private double batch() {
        Node node = run.node();
        Crowd crowd = new Crowd(node, 1);
        crowd.connect();
        Channel channel = Channel.personal(crowd.user(0));
        long start = System.nanoTime();
        try (WriteBatch writes = new WriteBatch()) {
            for (int i = 0; i < BATCH; i++) {
                node.publisher.publish(channel, Crowd.PAYLOAD, Optional.empty(), writes);
            }
        }
        long took = System.nanoTime() - start;
        run.count(crowd.ledger);
        return took / 1e3;
    }
}
