package dev.cordon.kpi;

import dev.cordon.kpi.Sources.Front;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** What the ways in count: sockets and the server API. What is not handed over is not shown. */
final class FrontFigures {
    private final Map<Front, Map<String, LongSupplier>> front;

    private FrontFigures(Map<Front, Map<String, LongSupplier>> front) {
        this.front = front;
    }

    static List<Figure> of(Map<Front, Map<String, LongSupplier>> front) {
        FrontFigures of = new FrontFigures(front);
        return Stream.of(of.sockets(), of.api()).flatMap(figures -> figures).toList();
    }

    private Stream<Figure> sockets() {
        return Stream.of(
                        counter(Front.COMMANDS, "commands")
                                .map(figure -> figure.means("Commands of clients carried out.")
                                        .then("The load from browsers.")),
                        counter(Front.SENDS, "sends")
                                .map(figure -> figure.means("Messages of clients to the application, without a reply.")
                                        .then("Nothing listens to them here: ask what the client means by them.")),
                        counter(Front.READS_IN_PLACE, "reads_in_place")
                                .map(
                                        figure -> figure.means(
                                                        "Reads of sockets carried out by the thread that saw them come.")
                                                .then(
                                                        "None: a log in a database, TLS, or cordon.transport. With several cores: the fewer, the busier.")),
                        Figure.counters(
                                "handshakes",
                                "way",
                                front.getOrDefault(Front.HANDSHAKES, Map.of()),
                                "Handshakes taken, by the way they came.",
                                "container alone: cordon.transport, TLS, or a listener that is not plain HTTP.")
                                .stream(),
                        counters(
                                Front.REFUSED,
                                "refused",
                                "Handshakes, connects and frames refused.",
                                "origin: allowed-origins. token: keys, clocks, expiry. rate_*: clients in a loop."
                                        + " connection_cap: add a node."),
                        counters(
                                Front.CUTS,
                                "cuts",
                                "Connections cut because they took more than their part.",
                                "half_received: clients that do not finish their messages or requests, or a small heap."
                                        + " slow_sender: slow lines, or an attack."
                                        + " unread_answers: clients that do not read what they asked for over HTTP."
                                        + " commands: a client in a loop."))
                .flatMap(figures -> figures);
    }

    private Stream<Figure> api() {
        return Stream.of(
                        counter(Front.API_REQUESTS, "api_requests")
                                .map(figure -> figure.means("Requests to the server API, refused ones included.")
                                        .then("The load from back ends.")),
                        counter(Front.API_SHORTCUTS, "api_shortcuts")
                                .map(
                                        figure -> figure.means(
                                                        "Requests to the server API answered past the container.")
                                                .then(
                                                        "None: cordon.transport, TLS, or back ends whose requests are not plain.")),
                        counter(Front.API_COMMANDS, "api_commands")
                                .map(figure -> figure.means(
                                                "Commands of the server API carried out: one a request, each of a batch.")
                                        .then("Divided by requests it shows how well back ends batch.")),
                        counters(
                                Front.API_REFUSED,
                                "api_refused",
                                "Requests and commands of the server API refused.",
                                "unauthorized: api.keys. temporary, failed: the server's log. log_unavailable: the database. Else the back end's mistake."))
                .flatMap(figures -> figures);
    }

    private Stream<Figure> counter(Front of, String name) {
        return front.getOrDefault(of, Map.of()).values().stream().map(total -> Figure.counter(name, total));
    }

    private Stream<Figure> counters(Front of, String name, String meaning, String action) {
        return Figure.counters(name, "reason", front.getOrDefault(of, Map.of()), meaning, action).stream();
    }
}
