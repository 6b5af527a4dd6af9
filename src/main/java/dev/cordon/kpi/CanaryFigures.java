package dev.cordon.kpi;

import static dev.cordon.kpi.Figure.counter;
import static dev.cordon.kpi.Figure.gauge;
import static dev.cordon.kpi.Figure.seconds;

import dev.cordon.canary.CanaryReport;
import java.util.List;
import java.util.stream.Stream;

/** What the synthetic users see; all 0 while {@code cordon.canary} is off. */
final class CanaryFigures {
    private CanaryFigures() {}

    static List<Figure> of(CanaryReport of) {
        List<Figure> figures = List.of(
                counter("canary_sent", of.sent::sum)
                        .means("Messages published to the canary's two users.")
                        .then("Moves with canary.interval; in no figure of the users."),
                counter("canary_received", of.received::sum)
                        .means("Of them, those that arrived at their user.")
                        .then("Follows sent; after a reconnect what was under way is not counted."),
                counter("canary_foreign", of.foreign::sum)
                        .means("Messages that one user of the canary received and another was meant to.")
                        .then("Must stay 0. Otherwise take the node out, keep its log, and report a security defect."),
                counter("canary_lost", of.lost::sum)
                        .means("Messages of the canary that did not arrive within 5 s, out of order, or twice.")
                        .then("Must stay 0: look for pauses of the process, then report it."),
                counter("canary_connects", of.connects::sum)
                        .means("Connects of the canary.")
                        .then("Three after a start, one more a minute for the third that does not read."),
                counter("canary_failures", of.failures::sum)
                        .means("Connections of the canary that could not be opened or ended unasked.")
                        .then("A steady rate: see canary_silence and whether the endpoint answers on loopback."),
                counter("canary_cuts", of.cuts::sum)
                        .means("Times the server cut off the third, which does not read.")
                        .then("About one a minute and a half: else slow readers are not ended."),
                seconds("canary_silence", () -> of.silence().toNanos())
                        .means("Time since both users of the canary last had their messages.")
                        .then(
                                "Over 30 s users are not served either, or the canary has no way to its endpoint: set canary.url."),
                gauge("canary_neighbour_factor", of::neighbourFactor)
                        .means(
                                "p99 of the two while the third does not read, divided by that without it; at most 1 while under 20 ms.")
                        .then("Over 2: one user's stall costs others; look at CPU first."),
                gauge("canary_compared_samples", () -> (double) of.compared())
                        .means("Samples that the neighbour factor rests on: of its smaller side, over 5 to 10 minutes.")
                        .then("Below 100 the factor is not judged."));
        return Stream.concat(
                        figures.stream(),
                        LatencyFigures.latency(
                                "canary_delivery",
                                of.delivery,
                                "Time from the canary's publish to its having been read off the socket",
                                "What a user on this machine sees; p99 over 100 ms: short of CPU, or pauses.")
                                .stream())
                .toList();
    }
}
