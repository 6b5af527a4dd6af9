package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of close codes and of error codes are what the protocol says. */
class CodesTest {
    @Test
    @DisplayName("F37 close codes come from one table, the protocol's")
    void closesWithTheProtocolsCodes() {
        assertThat(table().stream().collect(Collectors.toMap(Disconnect::code, Disconnect::isFinal)))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        entry(3000, false),
                        entry(3001, false),
                        entry(3005, false),
                        entry(3008, false),
                        entry(3010, false),
                        entry(3011, false),
                        entry(3012, false),
                        entry(3013, false),
                        entry(3500, true),
                        entry(3501, true),
                        entry(3502, true),
                        entry(3503, true),
                        entry(3504, true),
                        entry(3507, true)));
    }

    @Test
    void namesEachCodeForWhatItMeans() {
        assertThat(Disconnect.SHUTDOWN.code()).isEqualTo(3001);
        assertThat(Disconnect.EXPIRED.code()).isEqualTo(3005);
        assertThat(Disconnect.SLOW.code()).isEqualTo(3008);
        assertThat(Disconnect.INSUFFICIENT_STATE.code()).isEqualTo(3010);
        assertThat(Disconnect.FORCE_RECONNECT.code()).isEqualTo(3011);
        assertThat(Disconnect.NO_PONG.code()).isEqualTo(3012);
        assertThat(Disconnect.TOO_MANY_REQUESTS.code()).isEqualTo(3013);
        assertThat(Disconnect.INVALID_TOKEN.code()).isEqualTo(3500);
        assertThat(Disconnect.BAD_REQUEST.code()).isEqualTo(3501);
        assertThat(Disconnect.STALE.code()).isEqualTo(3502);
        assertThat(Disconnect.FORCE_NO_RECONNECT.code()).isEqualTo(3503);
        assertThat(Disconnect.CONNECTION_LIMIT.code()).isEqualTo(3504);
        assertThat(Disconnect.PERMISSION_DENIED.code()).isEqualTo(3507);
    }

    @ParameterizedTest
    @DisplayName("F37 every reason is plain text of 1 to 123 bytes")
    @MethodSource("table")
    void givesAReason(Disconnect disconnect) {
        assertThat(disconnect.reason()).isNotBlank().isPrintable().isASCII();
        assertThat(disconnect.reason().length()).isLessThanOrEqualTo(123);
    }

    @ParameterizedTest
    @DisplayName("F37 neither an HTTP status nor a reserved code can close a connection")
    @ValueSource(ints = {-1, 0, 200, 400, 401, 403, 404, 500, 503, 999, 1000, 1004, 1005, 1006, 1011, 1015, 2999, 5000})
    void rejectsOtherCodes(int code) {
        assertThatThrownBy(() -> new Disconnect(code, "why")).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    @Label("F37 whether the client reconnects follows from the code")
    void theCodeSaysWhetherTheClientReconnects(@ForAll @IntRange(min = 3000, max = 4999) int code) {
        boolean stops = (code >= 3500 && code <= 3999) || code >= 4500;

        assertThat(new Disconnect(code, "why").isFinal()).isEqualTo(stops);
    }

    @Test
    @DisplayName("F37 a reason is never empty, or the browser SDK would reconnect after a final code")
    void rejectsReasonsThatAreEmptyOrTooLong() {
        assertThatThrownBy(() -> new Disconnect(4000, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Disconnect(4000, "  ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Disconnect(4000, "x".repeat(124))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Disconnect(4000, "é".repeat(62))).isInstanceOf(IllegalArgumentException.class);

        String longest = "é".repeat(61) + "x";
        assertThat(new Disconnect(4000, longest).reason().getBytes(StandardCharsets.UTF_8))
                .hasSize(123);
    }

    @Test
    @DisplayName("F38 every error of the protocol has its code, its message and says whether to try again")
    void hasTheProtocolsErrors() {
        Map<Integer, String> codes = new TreeMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            codes.merge(code.code(), code.message() + (code.temporary() ? " (temporary)" : ""), (a, b) -> a + ", " + b);
        }

        assertThat(codes)
                .containsExactly(
                        entry(100, "internal server error (temporary)"),
                        entry(101, "unauthorized"),
                        entry(102, "unknown channel"),
                        entry(103, "permission denied"),
                        entry(104, "method not found"),
                        entry(105, "already subscribed"),
                        entry(106, "limit exceeded"),
                        entry(107, "bad request"),
                        entry(108, "not available, not available now (temporary)"),
                        entry(109, "token expired"),
                        entry(110, "expired"),
                        entry(111, "too many requests (temporary)"),
                        entry(112, "unrecoverable position"));
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void writesEveryErrorAsTheProtocolHasIt(ErrorCode code) {
        assertThat(FrameWriter.error(7, code).text())
                .isEqualTo("{\"id\":7,\"error\":{\"code\":" + code.code() + ",\"message\":\"" + code.message()
                        + "\",\"temporary\":" + code.temporary() + "}}");
    }

    /** Every constant there is, so that a new one is looked at here. */
    static List<Disconnect> table() {
        return Arrays.stream(Disconnect.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == Disconnect.class)
                .map(CodesTest::value)
                .toList();
    }

    private static Disconnect value(Field field) {
        try {
            return (Disconnect) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
