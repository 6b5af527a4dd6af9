package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.upkeep.LogLines;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerApiTest {
    private static final byte[] PUBLISH = "{\"channel\":\"#42\",\"data\":1}".getBytes(StandardCharsets.UTF_8);

    private final ApiNode node = new ApiNode();

    @Test
    @DisplayName("C3: a rejected request is logged with its cause, once per cause in a while, and without the API key")
    void c3_logsARejectionOncePerCause() {
        List<LogRecord> lines = LogLines.of(ServerApi.class, () -> {
            for (int i = 0; i < 50; i++) {
                node.call("publish", "{\"channel\":\"x\",\"data\":1}");
                node.api.answer(new ApiRequest(
                        "publish",
                        Optional.of("wrong-key-" + i),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        InputStream.nullInputStream()));
            }
        });

        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly(
                        "A request to the server API was rejected with 400: channel has no owner: it must be #user or topic#user",
                        "A request to the server API was rejected with 401: the API key is not one of cordon.api.keys");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "Application/JSON",
                " application/json ;x=y"
            })
    void acceptsJsonContentTypes(String type) {
        assertThat(typed(Optional.of(type)).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("A3: POST /api with one command a line is rejected with the addresses to send commands to")
    void a3_rejectsCommandsInLinesAndNamesTheRightAddresses() {
        Answer answer = node.call("", "{\"method\":\"publish\",\"params\":{\"channel\":\"#42\",\"data\":1}}\n");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(text(answer))
                .contains("\"code\":104")
                .contains("POST each to /api/<method>, or all of them to /api/batch");
    }

    @Test
    void acceptsABodyWithoutAContentType() {
        assertThat(typed(Optional.empty()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonp",
                "",
                "application/json,text/plain"
            })
    void rejectsOtherContentTypes(String type) {
        Answer answer = typed(Optional.of(type));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(text(answer)).contains("send Content-Type: application/json");
        assertThat(node.requests.rejected(Rejected.MEDIA_TYPE)).isEqualTo(1);
    }

    @Test
    @DisplayName("F48 a body of the maximum size is accepted; one byte more is rejected")
    void acceptsBodiesUpToTheLimit() {
        byte[] largest = Arrays.copyOf(PUBLISH, 8 * 1024 * 1024);
        Arrays.fill(largest, PUBLISH.length, largest.length, (byte) ' ');
        byte[] larger = Arrays.copyOf(largest, largest.length + 1);
        larger[largest.length] = ' ';

        assertThat(node.send("publish", largest).status()).isEqualTo(200);
        Answer rejected = node.send("publish", larger);

        assertThat(rejected.status()).isEqualTo(413);
        assertThat(text(rejected)).startsWith("{\"error\":{\"code\":106,");
        assertThat(node.log.stats().appended()).isEqualTo(1);
    }

    @Test
    void rejectsATooLargeAnnouncedLengthAndStopsReadingAtTheLimit() {
        CountingStream unread = new CountingStream();
        CountingStream endless = new CountingStream();

        assertThat(request("publish", 8 * 1024 * 1024 + 1, unread).status()).isEqualTo(413);
        assertThat(request("publish", -1, endless).status()).isEqualTo(413);

        assertThat(unread.given).isZero();
        assertThat(endless.given).isLessThan(9 * 1024 * 1024);
    }

    @Test
    void rejectsABodyThatEndsEarly() {
        CountingStream broken = new CountingStream();
        broken.breaksAfter = 50;

        Answer answer = request("publish", 100, broken);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).isEqualTo("{\"error\":{\"code\":107,\"message\":\"the body ended early\"}}");
    }

    @Test
    @DisplayName("F48 a JSON document may nest 32 levels deep and no deeper")
    void acceptsDocumentsUpTo32LevelsDeep() {
        assertThat(node.call("publish", nested(31)).status()).isEqualTo(200);
        assertThat(node.call("publish", nested(32)).status()).isEqualTo(400);
        assertThat(node.call("publish", nested(100_000)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"a\"",
                "{",
                "{}{}",
                "{\"channel\":\"#42\",\"data\":1}x",
                "{\"channel\":\"#42\",\"data\":1,\"data\":2}",
                "\uFEFF{\"channel\":\"#42\",\"data\":1}"
            })
    void rejectsABodyThatIsNotAJsonObject(String body) {
        Answer answer = node.call("publish", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":107,\"message\":\"");
        assertThat(node.log.stats().appended()).isZero();
        assertThat(node.requests.rejected(Rejected.BAD_REQUEST)).isEqualTo(1);
    }

    @ParameterizedTest
    @DisplayName("an unknown method is answered with the one that was probably meant, or with all that there are")
    @CsvSource(
            delimiter = '|',
            value = {
                "publsh       | publsh: did you mean publish?",
                "Publish      | Publish: did you mean publish?",
                "publish/     | of such a name: did you mean publish?",
                "group-remove | group-remove: did you mean group_remove?",
                "nope         | nope: it takes ",
                "survey       | survey: it takes ",
                "../dev/token | of such a name: it takes "
            })
    void rejectsUnknownMethods(String method, String message) {
        Answer answer = node.call(method, "{}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(text(answer))
                .isEqualTo("{\"error\":{\"code\":104,\"message\":\"the API has no method "
                        + (message.endsWith("?") ? message : message + " " + String.join(", ", node.api.methods()))
                        + "\"}}");
        assertThat(node.requests.rejected(Rejected.UNKNOWN_METHOD)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "400,107", "404,104", "405,107", "406,107", "413,106", "414,107", "415,107", "500,100", "501,100", "503,100"
    })
    void answersErrorsOfTheContainerInTheFormatOfTheApi(int status, int code) {
        Answer answer = node.api.containerRejected(status);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":" + code + ",\"message\":\"");
    }

    @Test
    @DisplayName("F45 requests and commands are counted, rejected ones included")
    void countsRequestsAndCommands() {
        node.call("publish", "{\"channel\":\"#42\",\"data\":1}");
        node.call("nope", "{}");
        node.call("batch", "{\"commands\":[{\"info\":{}},{\"presence\":{}}]}");

        assertThat(node.requests.requests.sum()).isEqualTo(3);
        assertThat(node.requests.commands.sum()).isEqualTo(4);
        assertThat(node.requests.rejected(Rejected.BAD_REQUEST)).isEqualTo(1);
    }

    @Test
    void maximumBodySizeGrowsWithTheMaximumMessageSize() {
        assertThat(new ApiSettings(64 * 1024).maxBodyBytes()).isEqualTo(8 * 1024 * 1024);
        assertThat(new ApiSettings(8 * 1024 * 1024).maxBodyBytes()).isEqualTo(9 * 1024 * 1024);
        assertThat(new ApiSettings(Integer.MAX_VALUE).maxBodyBytes()).isPositive();
    }

    private static String nested(int depth) {
        return "{\"channel\":\"#42\",\"data\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    private Answer typed(Optional<String> type) {
        return node.api.answer(new ApiRequest(
                "publish", Optional.of(ApiNode.KEY), Optional.empty(), type, -1, new ByteArrayInputStream(PUBLISH)));
    }

    private Answer request(String method, long length, InputStream body) {
        return node.api.answer(
                new ApiRequest(method, Optional.of(ApiNode.KEY), Optional.empty(), Optional.empty(), length, body));
    }

    @Test
    void logsAFailureWithItsCause() {
        ApiNode failing = new ApiNode(log -> new FailingLog(log, "42"));
        List<Integer> statuses = new ArrayList<>();

        List<LogRecord> lines = LogLines.of(
                ServerApi.class,
                () -> statuses.add(
                        failing.call("history", "{\"channel\":\"#42\"}").status()));

        assertThat(statuses).containsExactly(500);
        assertThat(lines).singleElement().extracting(LogRecord::getThrown).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void acceptsABodyOfTheLargestSizeAndReadsNoneWhereNoneIsAnnounced() {
        int most = node.api.maxBodyBytes();
        assertThat(node.api.rejected(announcing(most, InputStream.nullInputStream())))
                .isEmpty();
        assertThat(node.api
                        .rejected(announcing(most + 1L, InputStream.nullInputStream()))
                        .orElseThrow()
                        .status())
                .isEqualTo(413);

        CountingStream endless = new CountingStream();
        assertThat(node.api.answer(announcing(0, endless)).status()).isEqualTo(400);
        assertThat(endless.given).isZero();
    }

    private static ApiRequest announcing(long length, InputStream body) {
        return new ApiRequest("publish", Optional.of(ApiNode.KEY), Optional.empty(), Optional.empty(), length, body);
    }
}
