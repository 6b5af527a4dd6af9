package dev.cordon.kpi;

import dev.cordon.manager.Counters;
import dev.cordon.metric.Metric;
import dev.cordon.protocol.Disconnect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The metric of ended connections by close code. */
final class CloseMetrics {
    /** The codes that Cordon itself closes with. All others, such as those of an operator, are counted as {@code other}. */
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

    private CloseMetrics() {}

    static List<Metric> of(Counters of) {
        Map<String, LongSupplier> byCode = new HashMap<>();
        CODES.forEach(
                code -> byCode.put(Integer.toString(code), () -> of.closes().getOrDefault(code, 0L)));
        byCode.put("other", () -> others(of));
        return Metric.counters(
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
