package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Connection;
import dev.cordon.protocol.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishMethodsTest {
    private final ApiNode node = new ApiNode();

    @Test
    @DisplayName("F21 the result of a publish says where the message is stored and that no connection received it")
    void returnsThePositionAndZeroConnectionsWhenNobodyIsConnected() {
        Answer answer = node.call("publish", "{\"channel\":\"#42\",\"data\":{\"a\":1}}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("{\"result\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":0}}");
        assertThat(text(node.call("history", "{\"channel\":\"#42\",\"limit\":-1}")))
                .contains("\"data\":{\"a\":1}");
        assertThat(node.publishes.withoutConnection.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("F21 the result of a publish says how many connections received the message")
    void returnsTheNumberOfConnectionsThatReceivedTheMessage() {
        Client laptop = node.client("42", "laptop");
        Client tab = node.client("42", "laptop");
        Client phone = node.client("42", "phone");
        Client other = node.client("43", "laptop");

        Answer answer = node.call("publish", "{\"channel\":\"#42\",\"data\":{\"a\":1}}");

        assertThat(text(answer)).isEqualTo("{\"result\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":3}}");
        String push = "{\"push\":{\"channel\":\"#42\",\"pub\":{\"offset\":1,\"data\":{\"a\":1}}}}";
        assertThat(laptop.written).containsExactly(push);
        assertThat(tab.written).containsExactly(push);
        assertThat(phone.written).containsExactly(push);
        assertThat(other.written).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("S6: every method of the API rejects the console's topic, which is reserved")
    @ValueSource(
            strings = {
                "publish {\"channel\":\"console#ops\",\"data\":{}}",
                "history {\"channel\":\"console#ops\",\"limit\":-1}",
                "presence {\"channel\":\"console#ops\"}",
                "history_remove {\"channel\":\"console#ops\"}"
            })
    void rejectsTheConsolesTopic(String command) {
        int space = command.indexOf(' ');

        Answer answer = node.call(command.substring(0, space), command.substring(space + 1));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(text(answer)).contains("\"code\":103", "the topic console is reserved");
        assertThat(node.log.stats().appended()).isZero();
    }

    @Test
    @DisplayName("S6: a broadcast rejects the console's channel and publishes to the other channels")
    void broadcastRejectsOnlyTheConsolesTopic() {
        Answer answer = node.call("broadcast", "{\"channels\":[\"#42\",\"console#ops\"],\"data\":{}}");

        assertThat(text(answer)).contains("\"offset\":1", "\"code\":103");
        assertThat(node.log.stats().appended()).isEqualTo(1);
    }

    @ParameterizedTest
    @DisplayName("tags are a field of the publication, in the push and in the history")
    @CsvSource(
            delimiter = '|',
            value = {
                "publish|{\"channel\":\"#42\",\"data\":{\"n\":1},\"tags\":{\"kind\":\"note\"}}|{\"n\":1},\"tags\":{\"kind\":\"note\"} ",
                "publish|{\"tags\":{\"kind\":\"note\"},\"channel\":\"#42\",\"b64data\":\"AAE=\",\"idempotency_key\":\"k\"}|\"AAE=\",\"tags\":{\"kind\":\"note\"}   ",
                "broadcast|{\"channels\":[\"#42\"],\"data\":7,\"tags\":{\"kind\":\"note\"}}|7,\"tags\":{\"kind\":\"note\"} "
            })
    void deliversAndKeepsTags(String method, String body, String data) {
        Client client = node.client("42", "laptop");

        Answer answer = node.call(method, body);

        assertThat(text(answer)).contains("\"offset\":1");
        String publication = "{\"offset\":1,\"data\":" + data.strip();
        assertThat(client.written).singleElement().asString().contains(publication);
        assertThat(text(node.call("history", "{\"channel\":\"#42\",\"limit\":-1}")))
                .contains(publication);
    }

    @Test
    @DisplayName("a message with its tags, or opaque bytes in base64, is bounded as a message is")
    void boundsTagsAndOpaqueBytes() {
        String publish = "{\"channel\":\"#42\",\"data\":1,\"tags\":{\"a\":\"%s\"}}";
        String most = "x".repeat(ApiNode.MAX_MESSAGE - "1,\"tags\":{\"a\":\"\"} ".length());

        assertThat(node.call("publish", publish.formatted(most)).status()).isEqualTo(200);
        assertThat(node.call("publish", publish.formatted(most + "x")).status()).isEqualTo(413);
    }

    @Test
    void deliversATopicOnlyToItsSubscribers() {
        Client with = node.client("42", "laptop");
        Client without = node.client("42", "phone");
        node.subscribe(with, Channel.parse("thread7#42"));

        Answer answer = node.call("publish", "{\"channel\":\"thread7#42\",\"data\":1}");

        assertThat(text(answer)).contains("\"connections\":1");
        assertThat(with.written).hasSize(1);
        assertThat(without.written).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("F26 the payload is delivered exactly as the publisher wrote its JSON")
    @ValueSource(
            strings = {
                "null",
                "true",
                "-0.0e-10",
                "12345678901234567890123",
                "\"2026-01-01T00:00:00Z\"",
                "\"\\u00e9\\/ é 😀 \\ud83d\"",
                "[ 1 ,2,  {\"x\" : [] } ]",
                "{\"type\":\"agent_started\",\"data\":{\"data\":1}}"
            })
    void deliversThePayloadUnchanged(String json) {
        Client client = node.client("42", "laptop");

        Answer answer = node.call("publish", "{ \"data\" : " + json + " , \"channel\" : \"#42\" }");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(client.written)
                .containsExactly("{\"push\":{\"channel\":\"#42\",\"pub\":{\"offset\":1,\"data\":" + json + "}}}");
    }

    @ParameterizedTest
    @DisplayName("F26 a payload that is not JSON is rejected and not stored")
    @ValueSource(
            strings = {
                "",
                "nope",
                "01",
                "1.",
                "'a'",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "NaN",
                "\"\u0001\"",
                "[",
                "\"\\x\"",
                "1 2"
            })
    void rejectsAPayloadThatIsNotJson(String json) {
        Answer answer = node.call("publish", "{\"channel\":\"#42\",\"data\":" + json + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":107,\"message\":\"");
        assertThat(node.log.stats().appended()).isZero();
    }

    @Test
    void rejectsHalfASurrogatePairInUtf8() {
        byte[] body = "{\"channel\":\"#42\",\"data\":\"???\"}".getBytes(StandardCharsets.UTF_8);
        int at = new String(body, StandardCharsets.UTF_8).indexOf('?');
        body[at] = (byte) 0xed;
        body[at + 1] = (byte) 0xa0;
        body[at + 2] = (byte) 0x80;

        assertThat(node.send("publish", body).status()).isEqualTo(400);
    }

    @Test
    @DisplayName("F48 a payload of the maximum size is accepted; one byte more is rejected")
    void acceptsPayloadsUpToTheLimit() {
        String largest = "\"" + "x".repeat(ApiNode.MAX_MESSAGE - 2) + "\"";

        Answer taken = node.call("publish", "{\"channel\":\"#42\",\"data\":" + largest + "}");
        Answer rejected =
                node.call("publish", "{\"channel\":\"#42\",\"data\":" + largest.replaceFirst("x", "xx") + "}");

        assertThat(taken.status()).isEqualTo(200);
        assertThat(rejected.status()).isEqualTo(413);
        assertThat(text(rejected))
                .isEqualTo("{\"error\":{\"code\":106,\"message\":\"data has 65537 bytes, more than"
                        + " cordon.message.max-bytes allows (65536)\"}}");
        assertThat(node.requests.rejected(Rejected.TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void publishesOncePerIdempotencyKey() {
        Client client = node.client("42", "laptop");
        String body = "{\"channel\":\"#42\",\"data\":1,\"idempotency_key\":\"order-1\"}";

        Answer first = node.call("publish", body);
        node.pass(Duration.ofMinutes(4));
        Answer again = node.call("publish", body);

        assertThat(text(again)).isEqualTo(text(first));
        assertThat(client.written).hasSize(1);
        assertThat(node.publishes.duplicates.sum()).isEqualTo(1);
    }

    @Test
    void forgetsAnIdempotencyKeyAfterFiveMinutesAndKeepsChannelsApart() {
        String body = "{\"channel\":\"#42\",\"data\":1,\"idempotency_key\":\"order-1\"}";
        node.call("publish", body);

        Answer other = node.call("publish", body.replace("#42", "#43"));
        node.pass(Duration.ofMinutes(5).plusNanos(1));
        Answer later = node.call("publish", body);

        assertThat(text(other)).contains("\"offset\":1");
        assertThat(text(later)).contains("\"offset\":2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish {'channel':'#42','data':1,'idempotency_key':'k\\ud83d'}",
                "publish {'channel':'#42','data':1,'idempotency_key':'k\\udf38'}",
                "publish {'channel':'#42\\ud83d','data':1}",
                "broadcast {'channels':['#42'],'data':1,'idempotency_key':'\\ud83d\\ud83d'}",
                "history {'channel':'#42','since':{'offset':1,'epoch':'\\udf38\\ud83d'}}",
                "history_remove {'channel':'t\\ud83d#42'}",
                "presence {'channel':'#\\ud83d'}",
                "ledger {'user':'\\ud83d'}",
                "disconnect {'user':'4\\udf38'}",
                "disconnect {'user':'42','code':4000,'reason':'\\ud83d'}"
            })
    @DisplayName("L3: half a surrogate pair is rejected in every text that is stored, compared or forwarded")
    void rejectsHalfASurrogatePair(String command) {
        int space = command.indexOf(' ');

        Answer answer = node.call(
                command.substring(0, space), command.substring(space + 1).replace('\'', '"'));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":107,").contains("has half a surrogate pair");
        assertThat(node.log.stats().appended()).isZero();
    }

    @Test
    @DisplayName(
            "L3: keys with whole surrogate pairs differ from each other and from a question mark, and a payload may escape half a pair")
    void keepsKeysWithWholeSurrogatePairsApart() {
        for (String key : new String[] {"k\\ud83d\\udf38", "k\\ud83d\\udf39", "k?"}) {
            Answer answer = node.call(
                    "publish", "{\"channel\":\"#42\",\"data\":\"\\ud83d\",\"idempotency_key\":\"" + key + "\"}");
            assertThat(answer.status()).isEqualTo(200);
        }
        assertThat(node.log.stats().appended()).isEqualTo(3);
    }

    @Test
    @DisplayName("F48 an idempotency key of 128 bytes is accepted; one of 129 bytes is rejected")
    void acceptsIdempotencyKeysOfUpTo128Bytes() {
        String longest = "é".repeat(64);

        Answer taken = node.call("publish", "{\"channel\":\"#42\",\"data\":1,\"idempotency_key\":\"" + longest + "\"}");
        Answer rejected =
                node.call("publish", "{\"channel\":\"#42\",\"data\":1,\"idempotency_key\":\"" + longest + "x\"}");

        assertThat(taken.status()).isEqualTo(200);
        assertThat(rejected.status()).isEqualTo(400);
        assertThat(text(rejected)).contains("idempotency_key is longer than 128 bytes");
    }

    @Test
    void answersAFailedAppendWith503AndAsksForARetry() {
        ApiNode failing = new ApiNode(log -> new FailingLog(log, "42"));

        Answer answer = failing.call("publish", "{\"channel\":\"#42\",\"data\":1}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(text(answer))
                .isEqualTo("{\"error\":{\"code\":100,\"message\":\"the message was not stored: try again\"}}");
        assertThat(failing.requests.rejected(Rejected.TEMPORARY)).isEqualTo(1);
        assertThat(failing.publishes.failed.sum()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":1}",
                "{\"channel\":\"#42\"}",
                "{\"channel\":null,\"data\":1}",
                "{\"channel\":42,\"data\":1}",
                "{\"channel\":\"42\",\"data\":1}",
                "{\"channel\":\"#\",\"data\":1}",
                "{\"channel\":\"a b#42\",\"data\":1}",
                "{\"channel\":\"#4\\u00002\",\"data\":1}",
                "{\"channel\":\"#42\",\"data\":1,\"idempotency_key\":7}",
                "{\"channel\":\"#42\",\"data\":1,\"b64data\":\"AAAA\"}"
            })
    void rejectsMissingOrInvalidFields(String body) {
        Answer answer = node.call("publish", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(node.log.stats().appended()).isZero();
    }

    @Test
    void answersABroadcastChannelByChannel() {
        ApiNode failing = new ApiNode(log -> new FailingLog(log, "43"));
        failing.client("42", "laptop");

        Answer answer = failing.call("broadcast", "{\"channels\":[\"#42\",\"nobody\",\"#43\",\"a#44\"],\"data\":{}}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer))
                .isEqualTo("{\"result\":{\"responses\":["
                        + "{\"result\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":1}},"
                        + "{\"error\":{\"code\":107,\"message\":\"channel has no owner: it must be #user or topic#user\"}},"
                        + "{\"error\":{\"code\":100,\"message\":\"the message was not stored: try again\"}},"
                        + "{\"result\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":0}}]}}");
        assertThat(failing.requests.rejected(Rejected.BAD_REQUEST)).isEqualTo(1);
        assertThat(failing.requests.rejected(Rejected.TEMPORARY)).isEqualTo(1);
    }

    @Test
    void broadcastsOncePerIdempotencyKeyToEachChannel() {
        String body = "{\"channels\":[\"#42\",\"#43\"],\"data\":1,\"idempotency_key\":\"k\"}";

        Answer first = node.call("broadcast", body);
        Answer again = node.call("broadcast", body);

        assertThat(text(again)).isEqualTo(text(first));
        assertThat(node.log.stats().appended()).isEqualTo(2);
    }

    @Test
    void writesAllMessagesOfABroadcastToAConnectionInOneWrite() {
        Client client = node.client("42", "laptop");
        node.subscribe(client, Channel.parse("a#42"));

        node.call("broadcast", "{\"channels\":[\"#42\",\"a#42\",\"#42\"],\"data\":1}");

        assertThat(client.written).hasSize(1);
        assertThat(client.written.get(0).lines()).hasSize(3);
    }

    @Test
    @DisplayName("F48 a broadcast has 1 to 1,000 channels")
    void acceptsBroadcastsOf1To1000Channels() {
        assertThat(node.call("broadcast", broadcast(1_000)).status()).isEqualTo(200);
        assertThat(node.log.stats().appended()).isEqualTo(1_000);

        Answer rejected = node.call("broadcast", broadcast(1_001));

        assertThat(rejected.status()).isEqualTo(400);
        assertThat(text(rejected)).contains("channels has more than 1000 entries");
        assertThat(node.call("broadcast", broadcast(0)).status()).isEqualTo(400);
        assertThat(node.log.stats().appended()).isEqualTo(1_000);
    }

    @Test
    void keepsAHealthyConnectionOpenWhenABroadcastExceedsItsQueue() {
        Client client = node.client("42", "laptop");
        String data = "\"" + "x".repeat(60_000) + "\"";
        String channels = String.join(",", Collections.nCopies(100, "\"#42\""));

        node.call("broadcast", "{\"channels\":[" + channels + "],\"data\":" + data + "}");

        assertThat(client.closes).isEmpty();
        assertThat(client.connection().state()).isEqualTo(Connection.State.CONNECTED);
        assertThat(client.written.stream().flatMap(String::lines)).hasSize(100);
    }

    private static String broadcast(int channels) {
        return "{\"channels\":[" + String.join(",", Collections.nCopies(channels, "\"#42\"")) + "],\"data\":1}";
    }
}
