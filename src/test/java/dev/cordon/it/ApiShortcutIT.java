package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain POSTs to the server API, past the container (ADR 0010): the same answers, and no byte is misread. */
@Tag("payara")
@ExtendWith(ArquillianExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
@RunAsClient
class ApiShortcutIT {
    /** A header field with which a request is left to the container. */
    private static final String UNUSUAL = "TE: trailers\r\n";

    private static final int MANY = 1000;

    /** Bytes of the payloads of one history. */
    private static final int MUCH = 600_000;

    @ArquillianResource
    private URI shared;

    private Cordon cordon() {
        return Cordon.at(shared);
    }

    /** Sends a request through the container, by which Cordon learns this host and path. */
    @BeforeEach
    void learn() {
        assertThat(cordon().api("info", "{}").statusCode()).isEqualTo(200);
    }

    /** The current count of direct requests: the exported figures are renewed once a second, on demand. */
    private double shortcuts() {
        double seen = cordon().metric("cordon_api_requests_total");
        learn();
        await().atMost(Duration.ofSeconds(10)).until(() -> cordon().metric("cordon_api_requests_total") > seen);
        return cordon().metric("cordon_api_shortcuts_total");
    }

    private byte[] post(String method, String fields, String body) {
        return ("POST /api/" + method + " HTTP/1.1\r\nHost: 127.0.0.1:"
                        + cordon().base().getPort() + "\r\n" + fields
                        + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String key() {
        return "X-API-Key: " + Cordon.apiKey() + "\r\n";
    }

    private static String publication(String user, int n) {
        return "{\"channel\":\"#" + user + "\",\"data\":" + n + "}";
    }

    private byte[] publish(String user, int n) {
        return post("publish", key(), publication(user, n));
    }

    private static void assertPublished(WireClient client) {
        String head = client.response();
        String body = client.body(head);
        assertThat(head).as(body).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(body).startsWith("{\"result\":{\"offset\":");
    }

    /** What the user has in the log, in order. */
    private void assertKept(String user, int... data) {
        String history = cordon().api("history", "{\"channel\":\"#" + user + "\",\"limit\":1000}")
                .body();
        StringBuilder expected = new StringBuilder("\"publications\":\\[");
        for (int i = 0; i < data.length; i++) {
            expected.append(i == 0 ? "" : ",")
                    .append("\\{\"offset\":\\d+,\"data\":")
                    .append(data[i])
                    .append("[^}]*}");
        }
        assertThat(history).containsPattern(expected.append("]").toString());
    }

    private static byte[] joined(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    @Test
    void aPlainPublishGoesPastTheContainer() {
        double before = shortcuts();
        try (RawSocket user = RawSocket.connected(cordon(), cordon().token("past-user"));
                WireClient backEnd = WireClient.dial(cordon().base())) {
            backEnd.raw(publish("past-user", 1));
            assertPublished(backEnd);
            backEnd.raw(publish("past-user", 2));
            assertPublished(backEnd);

            assertThat(user.next()).contains("\"data\":1");
            assertThat(user.next()).contains("\"data\":2");
        }
        assertThat(shortcuts()).isEqualTo(before + 2);
    }

    @ParameterizedTest
    @CsvSource({
        "publish, '{\"channel\":\"#past-same\",\"data\":1}'",
        "publish, '{\"channel\":\"#past-same\"}'",
        "publish, 'no JSON'",
        "publish, ''",
        "batch, '{\"commands\":[{\"publish\":{\"channel\":\"#past-same\",\"data\":1}},{\"nothing\":{}}]}'",
        "batch, '{}'",
        "broadcast, '{\"channels\":[\"#past-same\",\"nobodys\"],\"data\":1}'",
    })
    void theDirectAnswerEqualsTheContainers(String method, String body) {
        double before = shortcuts();
        List<String> past = lines(post(method, key(), body));
        assertThat(shortcuts()).isEqualTo(before + 1);
        List<String> through = lines(post(method, key() + UNUSUAL, body));

        assertThat(past).containsExactlyInAnyOrderElementsOf(through);
        assertThat(shortcuts()).isEqualTo(before + 1);
    }

    /** Head and body of the answer; offsets differ between two. */
    private List<String> lines(byte[] request) {
        try (WireClient client = WireClient.dial(cordon().base())) {
            String head = client.raw(request).response();
            List<String> lines = new ArrayList<>(List.of(head.split("\r\n")));
            // The container ends a connection with an answer of 400.
            lines.remove("Connection: close");
            lines.add(client.body(head).replaceAll("\"offset\":\\d+", "\"offset\":1"));
            return lines;
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderHoweverTheyAreCut() {
        byte[] all = joined(publish("past-cut", 1), publish("past-cut", 2), publish("past-cut", 3));
        int size = all.length / 3;
        int[] cuts = {size, size + size - 1, size * 2 + 1, size * 2 + size / 2, size * 3 - 1, size * 3};
        for (int cut : cuts) {
            cordon().api("history_remove", "{\"channel\":\"#past-cut\"}");
            try (WireClient client = WireClient.dial(cordon().base())) {
                client.raw(Arrays.copyOf(all, cut));
                for (int i = 0; i < cut / size; i++) {
                    assertPublished(client);
                }
                client.raw(Arrays.copyOfRange(all, cut, all.length));
                for (int i = cut / size; i < 3; i++) {
                    assertPublished(client);
                }
            }
            assertKept("past-cut", 1, 2, 3);
        }
    }

    @Test
    void aBodyMayArriveByteByByte() {
        byte[] request = publish("past-bytes", 7);
        int body = publication("past-bytes", 7).length();
        double before = shortcuts();
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(Arrays.copyOf(request, request.length - body));
            for (int i = request.length - body; i < request.length; i++) {
                client.raw(Arrays.copyOfRange(request, i, i + 1));
            }
            assertPublished(client);
            client.raw(publish("past-bytes", 8));
            assertPublished(client);
        }
        assertKept("past-bytes", 7, 8);
        assertThat(shortcuts()).isEqualTo(before + 2);
    }

    @Test
    void aRequestInsideABodyIsNotCarriedOut() {
        String inner = new String(publish("past-inner", 1), StandardCharsets.US_ASCII);
        for (String fields : new String[] {key(), key() + UNUSUAL}) {
            byte[] outer = post("publish", fields, inner);
            try (WireClient client = WireClient.dial(cordon().base())) {
                client.raw(Arrays.copyOf(outer, outer.length - inner.length()));
                // The head has been read by then, or waits with the rest.
                learn();
                client.raw(inner.getBytes(StandardCharsets.US_ASCII));
                String head = client.response();
                assertThat(head).startsWith("HTTP/1.1 400");
                client.skipBody(head);
                if (!fields.contains(UNUSUAL)) {
                    // The container ends a connection with such an answer.
                    client.raw(publish("past-outer", 1));
                    assertPublished(client);
                }
            }
        }
        assertThat(cordon().api("history", "{\"channel\":\"#past-inner\",\"limit\":10}")
                        .body())
                .contains("\"publications\":[]");
    }

    @Test
    void anUnusualRequestAndAllBehindItAreLeftToTheContainer() {
        double before = shortcuts();
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(joined(
                    publish("past-mixed", 1),
                    post("publish", key() + UNUSUAL, publication("past-mixed", 2)),
                    publish("past-mixed", 3)));
            for (int i = 0; i < 3; i++) {
                assertPublished(client);
            }
            client.raw(publish("past-mixed", 4));
            assertPublished(client);
            client.raw("GET /favicon.svg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.response()).startsWith("HTTP/1.1 200");
        }
        assertKept("past-mixed", 1, 2, 3, 4);
        assertThat(shortcuts()).isEqualTo(before + 1);
    }

    @Test
    void aConnectionThatHasPublishedCanStillUpgrade() {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(publish("past-upgrade", 1));
            assertPublished(client);
            client.raw(WireClient.handshake(cordon().base(), java.util.Map.of()));
            assertThat(client.response()).startsWith("HTTP/1.1 101");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/publish?x=1",
                "/api/%70ublish",
                "/api/./publish",
                "/api//publish",
                "//api/publish",
                "/api/publish;jsessionid=1",
                "/api/",
                "/api/history",
                "/api/publish/",
                "/api/PUBLISH"
            })
    void anotherSpellingOfThePathIsLeftToTheContainer(String path) {
        double before = shortcuts();
        String request = new String(publish("past-path", 1), StandardCharsets.US_ASCII).replace("/api/publish", path);
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(client.response()).startsWith("HTTP/1.1 ");
        }
        assertThat(shortcuts()).isEqualTo(before);
    }

    @Test
    void aHostIsLearnedOnlyFromARequestWithTheApiKey() {
        double before = shortcuts();
        String request = new String(publish("past-host", 1), StandardCharsets.US_ASCII)
                .replaceFirst("Host: [^\r]*", "Host: past.example");
        String stranger = request.replace(Cordon.apiKey(), "wrong");
        for (String sent : new String[] {stranger, stranger, request}) {
            try (WireClient client = WireClient.dial(cordon().base())) {
                client.raw(sent.getBytes(StandardCharsets.US_ASCII));
                assertThat(client.response()).startsWith(sent.equals(request) ? "HTTP/1.1 200" : "HTTP/1.1 401");
            }
        }
        assertThat(shortcuts()).isEqualTo(before);
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(request.getBytes(StandardCharsets.US_ASCII));
            assertPublished(client);
        }
        assertThat(shortcuts()).isEqualTo(before + 1);
    }

    /** However the reads cut them; the container loses track of such requests. */
    @Test
    void manyRequestsAtOnceAreAnsweredInOrder() {
        double before = shortcuts();
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(many(publish("past-many", 5)));
            long last = 0;
            for (int i = 0; i < MANY; i++) {
                Matcher offset = Pattern.compile("\"offset\":(\\d+),").matcher(client.body(client.response()));
                assertThat(offset.find()).isTrue();
                assertThat(Long.parseLong(offset.group(1))).isGreaterThan(last);
                last = Long.parseLong(offset.group(1));
            }
        }
        assertThat(shortcuts()).isEqualTo(before + MANY);
    }

    @Test
    void aClientThatSendsWithoutReadingIsCut() {
        byte[] many = many(publish("past-deaf", 1));
        double before = shortcuts();
        try (WireClient client = WireClient.dial(cordon().base())) {
            int sent = 0;
            while (client.tryRaw(many)) {
                assertThat(++sent).isLessThan(100);
            }
        }
        // All answers were direct ones: nothing but Cordon has cut the connection.
        assertThat(shortcuts()).isGreaterThan(before + MANY);
    }

    @Test
    void aLongAnswerArrivesWholeAndSoDoTheNextOnes() {
        byte[] ask = askForMuch("past-long", 13);
        double before = shortcuts();
        try (WireClient client = WireClient.dial(cordon().base())) {
            for (int i = 0; i < 2; i++) {
                assertReadWhole(client, ask, 13);
            }
            client.raw(publish("past-long", 1));
            assertPublished(client);
        }
        assertThat(shortcuts()).isEqualTo(before + 3);
    }

    /** The kernel buffers a part of the first answer; the second answer waits for the rest. */
    @Test
    void aRequestBehindAnUnreadLongAnswerIsAnsweredInOrder() {
        byte[] ask = askForMuch("past-next", 8);
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(joined(ask, publish("past-next", 1)));
            assertThat(client.body(client.response()))
                    .hasSizeGreaterThan(8 * MUCH)
                    .endsWith("]}");
            assertPublished(client);
        }
    }

    private static void assertReadWhole(WireClient client, byte[] ask, int times) {
        client.raw(ask);
        String body = client.body(client.response());
        assertThat(body).hasSizeGreaterThan(times * MUCH).endsWith("]}");
        assertThat(body.split("\"history\"", -1)).hasSize(1 + times);
    }

    /** Returns a request whose answer has {@link #MUCH} bytes {@code times} times. */
    private byte[] askForMuch(String user, int times) {
        return askForMuch(user, times, key());
    }

    private byte[] askForMuch(String user, int times, String fields) {
        String large = "{\"channel\":\"#" + user + "\",\"data\":\"" + "x".repeat(MUCH / 60) + "\"}";
        for (int i = 0; i < 60; i++) {
            assertThat(cordon().api("publish", large).statusCode()).isEqualTo(200);
        }
        String history = "{\"history\":{\"channel\":\"#" + user + "\",\"limit\":1000}}";
        return post("batch", fields, "{\"commands\":[" + String.join(",", Collections.nCopies(times, history)) + "]}");
    }

    @Test
    void longAnswersOfTheContainerArriveWhole() {
        byte[] ask = askForMuch("through-long", 13, key() + UNUSUAL);
        double before = shortcuts();
        try (WireClient client = WireClient.dial(cordon().base())) {
            for (int i = 0; i < 2; i++) {
                assertReadWhole(client, ask, 13);
            }
        }
        assertThat(shortcuts()).isEqualTo(before);
    }

    @Test
    @DisplayName(
            "connections end in time whose client neither reads its answer, nor asks again, nor sends all of a body")
    void connectionsThatWaitInVainEndInTime() {
        byte[] ask = askForMuch("past-stalled", 13);
        byte[] request = publish("past-half", 1);
        try (WireClient stalled = WireClient.dial(cordon().base());
                WireClient idle = WireClient.dial(cordon().base());
                WireClient half = WireClient.dial(cordon().base())) {
            stalled.raw(ask);
            idle.patience(60_000);
            idle.raw(publish("past-idle", 1));
            assertPublished(idle);
            half.patience(60_000);
            half.raw(Arrays.copyOf(request, request.length - 1));

            // The server's own timeout of 30 s would let this client have all of the answer.
            await().pollDelay(Duration.ofSeconds(20))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> true);
            String head = stalled.response();
            assertThat(stalled.bodyOrLess(head)).isLessThan(13 * MUCH);
            assertThat(idle.hungUp()).isTrue();
            assertThat(half.hungUp()).isTrue();
        }
        assertThat(cordon().api("history", "{\"channel\":\"#past-half\",\"limit\":10}")
                        .body())
                .contains("\"publications\":[]");
    }

    @Test
    void aClientThatReadsALongAnswerSlowlyGetsAllOfIt() {
        byte[] ask = askForMuch("past-slow", 20);
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(ask);
            int length = WireClient.length(client.response());
            AtomicInteger left = new AtomicInteger(length);
            // For longer than the patience with a client that reads nothing.
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> left.addAndGet(-client.some(Math.min(left.get(), length / 150)).length) == 0);
        }
    }

    @Test
    void bodiesAreReadDirectlyUpToABound() {
        double before = shortcuts();
        for (int length : new int[] {60_000, 70_000}) {
            String body = publication("past-size", length) + " ".repeat(length);
            try (WireClient client = WireClient.dial(cordon().base())) {
                client.raw(post("publish", key(), body));
                assertPublished(client);
            }
        }
        assertThat(shortcuts()).isEqualTo(before + 1);
    }

    private static byte[] many(byte[] one) {
        return joined(Collections.nCopies(MANY, one).toArray(byte[][]::new));
    }

    @Test
    void aRequestWithAWrongKeyIsLeftToTheContainer() {
        double before = shortcuts();
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(post("publish", "X-API-Key: wrong\r\n", publication("past-stranger", 1)));
            String head = client.response();
            assertThat(head).startsWith("HTTP/1.1 401");
            client.skipBody(head);
            client.raw(publish("past-stranger", 2));
            assertPublished(client);
        }
        assertThat(shortcuts()).isEqualTo(before);
    }

    @Test
    void theBodyOfARequestWithAWrongKeyIsNotWaitedFor() {
        byte[] request = post("publish", "X-API-Key: wrong\r\n", publication("past-stranger", 1));
        double before = shortcuts();
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(Arrays.copyOf(request, request.length - 1));
            assertThat(client.response()).startsWith("HTTP/1.1 401");
        }
        assertThat(shortcuts()).isEqualTo(before);
    }
}
