package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast reading of results. The node's spelling is held by {@code BatchMethodTest} and {@code PublishMethodsTest}. */
class PublishRepliesTest {
    private static final String TWO = "{\"replies\":[{\"publish\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":0}},"
            + "{\"publish\":{\"offset\":999999999999999999,\"epoch\":\"\",\"connections\":999999999}}]}";
    private static final String ONE = "{\"result\":{\"offset\":20,\"epoch\":\"e1\",\"connections\":3}}";

    private static @Nullable List<PublishResult> read(String answer, int count) {
        return PublishReplies.read(answer.getBytes(StandardCharsets.UTF_8), count);
    }

    @Test
    @DisplayName("what a node answers is read in one pass")
    void readsTheNodesSpelling() {
        assertThat(read(TWO, 2))
                .containsExactly(
                        new PublishResult(1, "e1", 0), new PublishResult(999_999_999_999_999_999L, "", 999_999_999));
        assertThat(read(ONE, 1)).containsExactly(new PublishResult(20, "e1", 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"result\":{\"offset\":20,\"epoch\":\"e1\",\"connections\":3}",
                "{\"result\":{\"offset\":20,\"epoch\":\"e1\",\"connections\":3}} ",
                "{\"result\": {\"offset\":20,\"epoch\":\"e1\",\"connections\":3}}",
                "{\"result\":{\"offset\":-20,\"epoch\":\"e1\",\"connections\":3}}",
                "{\"result\":{\"offset\":,\"epoch\":\"e1\",\"connections\":3}}",
                "{\"result\":{\"offset\":020,\"epoch\":\"e1\",\"connections\":3}}",
                "{\"result\":{\"offset\":1000000000000000000,\"epoch\":\"e1\",\"connections\":3}}",
                "{\"result\":{\"offset\":20,\"epoch\":\"e1\",\"connections\":1000000000}}",
                "{\"result\":{\"offset\":20,\"epoch\":\"e1\",\"connections\":-1}}",
                "{\"result\":{\"offset\":20,\"epoch\":\"\\u0065\",\"connections\":3}}",
                "{\"result\":{\"offset\":20,\"epoch\":\"\u00e9\",\"connections\":3}}",
                "{\"result\":{\"offset\":20,\"epoch\":\"\t\",\"connections\":3}}",
                "{\"result\":{\"offset\":20,\"epoch\":\"e1",
                "{\"result\":{\"offset\":20,\"epoch\":\"e1\",\"connections\":3,\"more\":1}}",
                "{\"error\":{\"code\":108,\"message\":\"the log is not available\"}}",
                "{\"publish\":{\"offset\":20,\"epoch\":\"e1\",\"connections\":3}}",
            })
    @DisplayName("any other spelling is left to the reader of JSON")
    void leavesOtherSpellings(String answer) {
        assertThat(read(answer, 1)).isNull();
    }

    @Test
    @DisplayName("an answer with too few replies, too many, or one that is an error is left to the reader of JSON")
    void leavesOtherCounts() {
        assertThat(read(TWO, 3)).isNull();
        assertThat(read(TWO.replace(",{\"publish\"", ",{\"error\""), 2)).isNull();
        assertThat(read(TWO.replace("}},{", "}};{"), 2)).isNull();
        assertThat(read(TWO.replace("]}", "] }"), 2)).isNull();
        assertThat(read(TWO.replace("}}]}", "}},{\"publish\":{\"offset\":2,\"epoch\":\"\",\"connections\":0}}]}"), 2))
                .isNull();
        assertThat(read(ONE, 2)).isNull();
        assertThat(read("{\"replies\":[{\"publish\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":0}}]}", 1))
                .isNull();
    }

    @Test
    @DisplayName("what it reads of a damaged answer, the reader of JSON reads too")
    void readsNothingElse() {
        Random random = new Random(1);
        int read = 0;
        for (int n = 0; n < 20_000; n++) {
            byte[] answer = TWO.getBytes(StandardCharsets.US_ASCII);
            answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
            List<PublishResult> results = PublishReplies.read(answer, 2);
            if (results != null) {
                read++;
                assertThat(results).isEqualTo(byJson(answer));
            }
        }
        assertThat(read).isPositive();
    }

    private static List<PublishResult> byJson(byte[] answer) throws InvalidJsonException {
        List<PublishResult> results = new ArrayList<>();
        for (JsonFields reply : ResultReader.replies(JsonFields.read(answer), "replies", 2)) {
            results.add(ResultReader.result(
                    new Publish("", ""), reply.object("publish").orElseThrow()));
        }
        return results;
    }
}
