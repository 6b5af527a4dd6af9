package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.api.ApiCounters;
import dev.cordon.api.Refused;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.kpi.Sources.Front;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrontCountersTest {
    private final SocketCounters socket = new SocketCounters();
    private final ApiCounters api = new ApiCounters();
    private final Map<Front, Map<String, LongSupplier>> ways = FrontCounters.of(socket, api);

    @Test
    void handsOverEachWayIn() {
        assertThat(ways).containsOnlyKeys(Front.values());
    }

    @Test
    @DisplayName("F45 every reason to refuse has a counter")
    void hasEveryReason() {
        assertThat(of(Front.REFUSED)).containsOnlyKeys(labels(SocketCounters.Refused.values()));
        assertThat(of(Front.API_REFUSED)).containsOnlyKeys(labels(Refused.values()));
    }

    private static String[] labels(Enum<?>[] reasons) {
        return Arrays.stream(reasons)
                .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("F45 a refused handshake or connect moves the counter of its reason alone")
    void aRefusalMovesItsReasonAlone(SocketCounters.Refused reason) throws Exception {
        refuse(socket, reason);

        assertThat(moved()).isEqualTo(Map.of("REFUSED " + reason.name().toLowerCase(Locale.ROOT), 1L));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("F45 a refused request moves the counter of its reason alone")
    void aRefusedRequestMovesItsReasonAlone(Refused reason) throws Exception {
        refuse(api, reason);

        assertThat(moved()).isEqualTo(Map.of("API_REFUSED " + reason.name().toLowerCase(Locale.ROOT), 1L));
    }

    @Test
    @DisplayName("F45 commands, sends, requests and their commands each move their own counter")
    void movesTheOthers() {
        socket.commands.add(2);
        socket.sends.add(3);
        api.requests.add(4);
        api.commands.add(5);

        assertThat(moved()).isEqualTo(Map.of("COMMANDS ", 2L, "SENDS ", 3L, "API_REQUESTS ", 4L, "API_COMMANDS ", 5L));
    }

    /** As the ways in count, each in its own package. */
    private static void refuse(Object counters, Enum<?> reason) throws Exception {
        String name = counters instanceof SocketCounters ? "reject" : "refuse";
        Method refuse = counters.getClass().getDeclaredMethod(name, reason.getDeclaringClass());
        refuse.setAccessible(true);
        refuse.invoke(counters, reason);
    }

    private Map<String, Long> moved() {
        Map<String, Long> moved = new LinkedHashMap<>();
        ways.forEach((way, counters) -> counters.forEach((label, counter) -> {
            if (counter.getAsLong() != 0) {
                moved.put(way + " " + label, counter.getAsLong());
            }
        }));
        return moved;
    }

    private Map<String, LongSupplier> of(Front way) {
        return Optional.ofNullable(ways.get(way)).orElse(Map.of());
    }
}
