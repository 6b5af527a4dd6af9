package dev.cordon.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Disconnect;
import dev.cordon.stream.StreamEncoder.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamRefusalTest {
    @ParameterizedTest
    @CsvSource({
        "109, false, 401, WWW-Authenticate, Bearer",
        "107, false, 400, '', ''",
        "111, true, 429, Retry-After, 1",
        "100, true, 503, Retry-After, 1",
        "103, false, 403, '', ''"
    })
    @DisplayName("an error is a status, whose headers say whether and how to come back")
    void anErrorIsAStatus(int code, boolean temporary, int status, String header, String value) {
        StreamRefusal refusal = StreamRefusal.of(new Refusal(code, "why \"é\"", temporary));

        assertThat(refusal.status()).isEqualTo(status);
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/json"));
        headers.put("Cache-Control", "no-store");
        headers.put("Content-Length", Integer.toString(refusal.body().length));
        if (!header.isEmpty()) {
            headers.put(header, value);
        }
        assertThat(refusal.headers()).isEqualTo(headers);
        assertThat(new String(refusal.body(), UTF_8))
                .isEqualTo("{\"error\":{\"code\":" + code + ",\"message\":\"why \\\"é\\\"\"}}\n");
    }

    @Test
    void aReasonMayBeLong() {
        String why = "x".repeat(100);

        StreamRefusal refusal = StreamRefusal.of(Disconnect.BAD_REQUEST.because(why));

        assertThat(new String(refusal.body(), UTF_8)).contains(why);
    }
}
