package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.http.PlainPost;
import dev.cordon.http.ReasonPhrases;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server API on the direct way. {@code ApiShortcutIT} compares its answers with those of the container. */
class PlainApiTest {
    private static final String PUBLISH = "{\"channel\":\"#42\",\"data\":1}";

    private final ApiNode node = new ApiNode();
    private final PlainApi plain = new PlainApi(node.api, node.requests);

    private String answer(String method, String fields, String body) {
        byte[] request = request(method, fields, body);
        byte[] answer = plain.answer(PlainPost.read(request, request.length).orElseThrow(), request);
        return new String(Objects.requireNonNull(answer), StandardCharsets.UTF_8);
    }

    private static byte[] request(String method, String fields, String body) {
        return ("POST /api/" + method + " HTTP/1.1\r\nHost: a\r\n" + fields + "Content-Length: " + body.length()
                        + "\r\n\r\n" + body + "and what comes next")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void carriesOutAPublishWithAValidKey() {
        String answer = answer("publish", "X-API-Key: " + ApiNode.KEY + "\r\n", PUBLISH);

        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nContent-Type: application/json\r\n");
        String json = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertThat(json).startsWith("{\"result\":{\"offset\":1,");
        assertThat(answer).contains("\r\nContent-Length: " + json.length() + "\r\n");
        assertThat(node.log.stats().appended()).isEqualTo(1);
        assertThat(node.requests.requests.sum()).isEqualTo(1);
        assertThat(node.requests.shortcuts.sum()).isEqualTo(1);
    }

    @Test
    void a1_answersErrorsInTheConfiguredOrRequestedMode() {
        String key = "X-API-Key: " + ApiNode.KEY + "\r\n";
        node.errors = ErrorMode.REPLY;

        assertThat(answer("publish", key, "{}"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\"code\":107");
        assertThat(answer("publish", key + "X-Centrifugo-Error-Mode: transport\r\n", "{}"))
                .startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    @Test
    void handlesOnlyPublishBroadcastAndBatch() {
        assertThat(node.api.methods())
                .filteredOn(plain::takes)
                .containsExactlyInAnyOrder("publish", "broadcast", "batch");
    }

    @Test
    void trustsOnlyRequestsWithAValidKey() {
        assertThat(trusts("X-API-Key: " + ApiNode.KEY)).isTrue();
        assertThat(trusts("Authorization: apikey " + ApiNode.KEY)).isTrue();
        assertThat(trusts("X-API-Key: wrong")).isFalse();
        assertThat(trusts("Authorization: Bearer wrong")).isFalse();
        assertThat(trusts("Accept: */*")).isFalse();
        assertThat(node.requests.rejected(Rejected.UNAUTHORIZED)).isZero();
    }

    private boolean trusts(String field) {
        byte[] head = ("POST /api/publish HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n" + field + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        return plain.trusts(PlainPost.read(head, head.length).orElseThrow().head());
    }

    @Test
    @DisplayName("a broadcast to a group is left to the container: it would hold up the connections of this thread")
    void leavesBroadcastsToGroupsToTheContainer() {
        node.groups.add(new GroupName("room"), List.of(new UserId("ann")));
        String key = "X-API-Key: " + ApiNode.KEY + "\r\n";
        String broadcast = "{\"data\":1,\"group\":\"room\"}";

        for (byte[] request : List.of(
                request("broadcast", key, broadcast),
                request("broadcast", key, broadcast.replace("o", "\\u006f")),
                request("batch", key, "{\"commands\":[{\"broadcast\":" + broadcast + "}]}"))) {
            assertThat(plain.answer(PlainPost.read(request, request.length).orElseThrow(), request))
                    .isNull();
        }
        assertThat(node.log.stats().appended()).isZero();
        assertThat(answer("publish", key, "{\"channel\":\"#ann\",\"data\":{\"group\":1}}"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(answer("broadcast", key, "{\"channels\":[\"#ann\"],\"data\":1}"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void leavesRequestsWithAWrongKeyToTheContainer() {
        byte[] request = request("publish", "X-API-Key: wrong\r\n", PUBLISH);

        assertThat(plain.answer(PlainPost.read(request, request.length).orElseThrow(), request))
                .isNull();
        assertThat(node.log.stats().appended()).isZero();
        assertThat(node.requests.requests.sum()).isZero();
        assertThat(node.requests.shortcuts.sum()).isZero();
    }

    @Test
    void acceptsATokenOrAKeyInTheAuthorizationHeader() {
        String token = node.token(Set.of("publisher"), Duration.ofHours(1));

        assertThat(answer("publish", "Authorization: Bearer " + token + "\r\n", PUBLISH))
                .startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(answer("publish", "Authorization: apikey " + ApiNode.KEY + "\r\n", PUBLISH))
                .startsWith("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void rejectsAWrongTypeWith415AndMalformedJsonWith400() {
        String key = "X-API-Key: " + ApiNode.KEY + "\r\n";
        assertThat(answer("publish", key + "Content-Type: text/plain\r\n", PUBLISH))
                .startsWith("HTTP/1.1 415 Unsupported Media Type\r\n");
        assertThat(answer("publish", key, "{")).startsWith("HTTP/1.1 400 Bad Request\r\n");
        assertThat(node.log.stats().appended()).isZero();
    }

    @Test
    void everyAnswerHasTheSecurityHeadersOfThePages() {
        SecurityHeadersFilter.HEADERS.forEach(
                (name, value) -> assertThat(answer("publish", "X-API-Key: " + ApiNode.KEY + "\r\n", PUBLISH))
                        .contains("\r\n" + name + ": " + value + "\r\n"));
    }

    @ParameterizedTest
    @EnumSource(Rejected.class)
    void everyRejectionHasAReasonPhrase(Rejected reason) {
        if (reason != Rejected.FAILED && reason != Rejected.WRONG_VERB) {
            assertThat(ReasonPhrases.of(reason.status())).isNotEmpty().isNotEqualTo("Internal Server Error");
        }
    }
}
