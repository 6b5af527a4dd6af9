package dev.cordon.kpi;

import static dev.cordon.kpi.Figure.counter;

import dev.cordon.manager.Counters;
import dev.cordon.protocol.Disconnect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Connections' coming and going. */
final class ConnectionFigures {
    /** What Cordon closes with of itself; whatever else an operator sends along stands under {@code other}. */
    static final List<Integer> CODES = Stream.of(
                    Disconnect.NORMAL,
                    Disconnect.SHUTDOWN,
                    Disconnect.EXPIRED,
                    Disconnect.SLOW,
                    Disconnect.INSUFFICIENT_STATE,
                    Disconnect.FORCE_RECONNECT,
                    Disconnect.NO_PONG,
                    Disconnect.TOO_MANY_REQUESTS,
                    Disconnect.INVALID_TOKEN,
                    Disconnect.BAD_REQUEST,
                    Disconnect.STALE,
                    Disconnect.FORCE_NO_RECONNECT,
                    Disconnect.CONNECTION_LIMIT,
                    Disconnect.PERMISSION_DENIED)
            .map(Disconnect::code)
            .toList();

    private ConnectionFigures() {}

    static List<Figure> of(Counters of) {
        List<Figure> opened = List.of(
                counter("connections_accepted", of.connectionsAccepted::sum)
                        .means("Sockets taken in.")
                        .then("Compare with connects: the rest never presented a good token."),
                counter("connections_refused", of.connectionsRefused::sum)
                        .means("Sockets not taken in: the node stops or is full.")
                        .then("Outside a shutdown: raise max-connections or add a node."),
                counter("connects", of.connects::sum)
                        .means("Connects accepted.")
                        .then("Rises without new users: clients reconnect; see closes by code."));
        return Stream.concat(opened.stream(), closes(of).stream()).toList();
    }

    private static List<Figure> closes(Counters of) {
        Map<String, LongSupplier> byCode = new HashMap<>();
        CODES.forEach(
                code -> byCode.put(Integer.toString(code), () -> of.closes().getOrDefault(code, 0L)));
        byCode.put("other", () -> others(of));
        return Figure.counters(
                "closes",
                "code",
                byCode,
                "Connections ended, by close code.",
                "3008: slow readers. 3012: silent peers. 3502: sockets without a token. 3504: limits. 3010: history too short.");
    }

    private static long others(Counters of) {
        return of.closes().entrySet().stream()
                .filter(entry -> !CODES.contains(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
