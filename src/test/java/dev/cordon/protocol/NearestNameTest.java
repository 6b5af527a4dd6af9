package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    private static final List<String> KNOWN = List.of("channel", "data", "idempotency_key", "history.size");

    @ParameterizedTest
    @CsvSource({
        "idempotencykey, idempotency_key",
        "idempotencyKey, idempotency_key",
        "Channel, channel",
        "channle, channel",
        "chanel, channel",
        "dta, data",
        "HISTORY_SZE, history.size"
    })
    void findsTheNameThatWasMeant(String given, String meant) {
        assertThat(NearestName.of(given, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"tags", "x", "''", "user", "skip_history"})
    void guessesNoneWhereNoneIsNear(String given) {
        assertThat(NearestName.of(given, KNOWN)).isEmpty();
    }

    @Test
    void ignoresAVeryLongName() {
        assertThat(NearestName.of("channel" + "_".repeat(1_000_000), KNOWN)).isEmpty();
    }
}
