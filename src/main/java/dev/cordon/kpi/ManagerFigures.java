package dev.cordon.kpi;

import static dev.cordon.kpi.Figure.counter;
import static dev.cordon.kpi.Figure.gauge;

import dev.cordon.manager.Counters;
import dev.cordon.manager.FactoryStats;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the factory holds now, and its managers' coming and going. */
final class ManagerFigures {
    private ManagerFigures() {}

    static List<Figure> of(Sources sources) {
        Supplier<FactoryStats> stats = new Recent<>(sources.factory()::stats, sources.ticker());
        return Stream.concat(now(stats).stream(), since(sources.counters()).stream())
                .toList();
    }

    private static List<Figure> now(Supplier<FactoryStats> stats) {
        return List.of(
                gauge("users", () -> stats.get().users())
                        .means("Users with a connection.")
                        .then("For sizing."),
                gauge("managers", () -> stats.get().managers())
                        .means("Managers alive: sessions with a connection.")
                        .then("Equals managers created less managers released; else something leaks."),
                gauge("connections", () -> stats.get().connections())
                        .means("Sockets open, those without a token included.")
                        .then("Near max-connections: add a node."),
                gauge("connections_opening", () -> stats.get().opening())
                        .means("Sockets that have not presented a token yet.")
                        .then("High: clients that never connect; look at where they come from."),
                gauge("queue_messages", () -> stats.get().queuedMessages())
                        .means("Messages waiting in all outbound queues.")
                        .then("Grows: readers or the network are slower than the publishers."),
                gauge("queue_bytes", () -> stats.get().queuedBytes())
                        .means("Bytes waiting in all outbound queues.")
                        .then(
                                "Memory in use by slow readers, large messages beside the heap; queue.max-bytes bounds it for each connection, queue.total-max-bytes for all that do not read."));
    }

    private static List<Figure> since(Counters of) {
        return List.of(
                counter("managers_created", of.managersCreated::sum)
                        .means("Managers made.")
                        .then("The rate of new sessions."),
                counter("managers_released", of.managersReleased::sum)
                        .means("Managers released.")
                        .then("Must follow managers created."),
                counter("failed_creations", of.failedCreations::sum)
                        .means("Managers that could not be made, for another reason than a limit.")
                        .then("Must stay 0: the server's log has the error."),
                counter("limit_hits", of.limitHits::sum)
                        .means("Connects that met a full user or a full session.")
                        .then(
                                "More than 10 an hour: users have more devices than the limit, or a client leaks connections."),
                counter("probes", of.probes::sum)
                        .means("Connections asked for a sign of life because a limit was met.")
                        .then("Moves with limit hits."),
                counter("proven_dead", of.provenDead::sum)
                        .means("Probed connections that gave no sign of life and made room.")
                        .then("Many: networks drop connections in silence; a shorter ping-interval finds them sooner."),
                counter("evicted", of.evicted::sum)
                        .means("Live connections ended to make room, under limit-policy evict-oldest.")
                        .then("Users lose tabs or devices: raise the limit."));
    }
}
