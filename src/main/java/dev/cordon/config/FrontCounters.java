package dev.cordon.config;

import dev.cordon.api.ApiCounters;
import dev.cordon.api.Refused;
import dev.cordon.gateway.Cuts;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.kpi.Sources.Front;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Hands the counters of the ways in, sockets and server API, to the figures, which know neither. */
final class FrontCounters {
    private FrontCounters() {}

    static Map<Front, Map<String, LongSupplier>> of(SocketCounters socket, ApiCounters api) {
        return Map.of(
                Front.COMMANDS, Map.of("", socket.commands::sum),
                Front.SENDS, Map.of("", socket.sends::sum),
                Front.READS_IN_PLACE, Map.of("", socket.readsInPlace::sum),
                Front.REFUSED, byReason(SocketCounters.Refused.values(), reason -> () -> socket.refused(reason)),
                Front.CUTS, byReason(Cuts.Reason.values(), reason -> () -> socket.cuts.sum(reason)),
                Front.HANDSHAKES, byReason(SocketCounters.Way.values(), way -> () -> socket.taken(way)),
                Front.API_REQUESTS, Map.of("", api.requests::sum),
                Front.API_SHORTCUTS, Map.of("", api.shortcuts::sum),
                Front.API_COMMANDS, Map.of("", api.commands::sum),
                Front.API_REFUSED, byReason(Refused.values(), reason -> () -> api.refused(reason)));
    }

    private static <E extends Enum<E>> Map<String, LongSupplier> byReason(
            E[] reasons, Function<E, LongSupplier> counter) {
        return Arrays.stream(reasons)
                .collect(Collectors.toMap(reason -> reason.name().toLowerCase(Locale.ROOT), counter));
    }
}
