package dev.cordon.kpi;

import static dev.cordon.kpi.Figure.counter;

import dev.cordon.manager.Counters;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What goes out to browsers. */
final class DeliveryFigures {
    private DeliveryFigures() {}

    static List<Figure> of(Counters of) {
        return Stream.concat(
                        Stream.of(counter("delivered", of::delivered)
                                .means("Publications handed to a socket, one for each connection.")
                                .then("The output. Stands still while accepted moves: see dropped and connections.")),
                        Stream.concat(dropped(of).stream(), wire(of).stream()))
                .toList();
    }

    private static List<Figure> dropped(Counters of) {
        Map<String, LongSupplier> byReason = Arrays.stream(Counters.Drop.values())
                .collect(Collectors.toMap(
                        reason -> reason.name().toLowerCase(Locale.ROOT), reason -> () -> of.dropped(reason)));
        return Figure.counters(
                "dropped",
                "reason",
                byReason,
                "Publications not written to a connection: it was slow, closed, already past them (old), another user's"
                        + " (violation), or the log had let go of them (gone).",
                "slow and closed stay in the log and are recovered on reconnect. violation must stay 0.");
    }

    private static List<Figure> wire(Counters of) {
        return List.of(
                counter("catch_ups", of.catchUps::sum)
                        .means("Times a connection read what it lacked from the log.")
                        .then(
                                "A few come from connects under load; a steady rate means publishers race on one channel."),
                counter("writes", of.writes::sum)
                        .means("Writes to sockets; one may carry several messages.")
                        .then("Delivered divided by this is how well messages are batched."),
                counter("write_failures", of.writeFailures::sum)
                        .means("Writes that failed and ended their connection.")
                        .then("Peers that left without a close; a burst means network or proxy trouble."),
                counter("isolation_checks", of.isolationChecks::sum)
                        .means("Comparisons of a channel's owner with a connection's user.")
                        .then("Must move along with delivered: it shows that the guard is asked."),
                counter("violations", of.isolationViolations::sum)
                        .means("Publications withheld from a connection of another user.")
                        .then("Must stay 0. Otherwise take the node out, keep its log, and report a security defect."));
    }
}
