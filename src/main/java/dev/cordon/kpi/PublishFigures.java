package dev.cordon.kpi;

import static dev.cordon.kpi.Figure.counter;
import static dev.cordon.kpi.Figure.gauge;

import dev.cordon.publish.PublishCounters;
import java.util.List;

/** What comes in from back ends. */
final class PublishFigures {
    private PublishFigures() {}

    static List<Figure> of(Sources sources) {
        PublishCounters of = sources.publishing();
        return List.of(
                counter("accepted", of.accepted::sum)
                        .means("Publishes accepted, by HTTP and by socket.")
                        .then("The load. Appended, duplicates and publish failures tell what became of it."),
                counter("appended", of.appended::sum)
                        .means("Publications stored in a log.")
                        .then("Compare with delivered: the ratio is how many connections a user has on average."),
                counter("duplicates", of.duplicates::sum)
                        .means("Publishes answered from an idempotency key; nothing was published.")
                        .then("Many: a back end repeats requests that had succeeded; look at its timeouts."),
                counter("without_connection", of.withoutConnection::sum)
                        .means("Publications stored with no connection to hand them to.")
                        .then("They wait in the log for history.ttl; raise it if users come back later than that."),
                counter("publish_failures", of.failed::sum)
                        .means("Publishes that the log did not take; the publisher was told.")
                        .then("Must stay 0: look for the error in the server's log, and for what the log stores to."),
                gauge("idempotency_keys", () -> sources.idempotency().size())
                        .means("Idempotency keys remembered now; at most 100,000.")
                        .then("Near the bound: keys are about to be forgotten early."),
                counter("idempotency_keys_forgotten", of.keysForgotten::sum)
                        .means("Keys forgotten before five minutes, for want of room.")
                        .then("Moves: a repeated publish may be published twice; send fewer keyed publishes a node."));
    }
}
