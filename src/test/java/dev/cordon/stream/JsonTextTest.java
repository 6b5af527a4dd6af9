package dev.cordon.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTextTest {
    private static JsonText text(String json) {
        return new JsonText(json.getBytes(UTF_8));
    }

    @Test
    void aNumberMayEndTheText() {
        assertThat(text("12").end(0)).isEqualTo(2);
    }

    @Test
    void theTextMayEndWithWhatItBeginsWith() {
        assertThat(text("{\"id\":").begins(1, "\"id\":")).isTrue();
        assertThat(text("{\"id\"").begins(1, "\"id\":")).isFalse();
    }

    @Test
    void nothingBeginsBehindTheEnd() {
        assertThat(text("{").begins(1, "{")).isFalse();
    }

    @Test
    void digitsReachFromZeroToNine() {
        assertThat(text("0918273645,").digitsEnd(0)).isEqualTo(10);
        assertThat(text("1/2").digitsEnd(0)).isOne();
        assertThat(text("1:2").digitsEnd(0)).isOne();
    }
}
