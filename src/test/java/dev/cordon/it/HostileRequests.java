package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.HostileRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Sends the table of hostile requests to a server, one connection each, and checks the answers and the log. */
final class HostileRequests {
    private static final String PAGE = "<svg";

    private final Cordon cordon;

    private static final String CONTAINERS_THREAD = "Exception in thread \"glassfish-web-async-thread";

    private HostileRequests(Cordon cordon) {
        this.cordon = cordon;
    }

    /** @param log of the server; empty where the test cannot read it */
    static Stream<DynamicTest> tests(Cordon cordon, Supplier<String> log) throws IOException {
        HostileRequests sender = new HostileRequests(cordon);
        // After this request the server knows the host, and may answer plain requests past the container.
        assertThat(cordon.api("info", "{}").statusCode()).isEqualTo(200);
        long traces = traces(log.get());
        List<DynamicTest> tests = new ArrayList<>();
        for (HostileRequest each : HostileRequest.all()) {
            String user = "hostile" + tests.size();
            tests.add(DynamicTest.dynamicTest(each.name(), () -> sender.send(each, user)));
        }
        assertThat(tests).hasSizeGreaterThanOrEqualTo(80);
        // Before the requests whose client leaves in the middle.
        tests.add(
                firstHalf(),
                DynamicTest.dynamicTest(
                        "H3: none of them left a stack trace in the log",
                        () -> assertThat(traces(log.get())).isEqualTo(traces)));
        return tests.stream();
    }

    private static int firstHalf() throws IOException {
        List<HostileRequest> all = HostileRequest.all();
        int first = 0;
        while (!all.get(first).half()) {
            first++;
        }
        return first;
    }

    /** Lines of stack traces, but those of the container's own thread that asks for a body that has gone (ADR 0014). */
    private static long traces(String log) {
        boolean counts = true;
        long traces = 0;
        for (String line : log.split("\n", -1)) {
            boolean trace = line.startsWith("\tat ");
            counts = trace ? counts : !line.contains(CONTAINERS_THREAD);
            traces += trace && counts ? 1 : 0;
        }
        return traces;
    }

    private void send(HostileRequest request, String user) {
        assertThat(cordon.api("history_remove", "{\"channel\":\"#" + user + "\"}")
                        .statusCode())
                .isEqualTo(200);
        String host = "127.0.0.1:" + cordon.base().getPort();
        try (WireClient client = WireClient.dial(cordon.base())) {
            client.tryRaw(request.sent(host, Cordon.apiKey(), user));
            if (request.half()) {
                client.endOutput();
            }
            for (int status : request.answers()) {
                answered(client, status, request.bytes().contains(" /api/"));
            }
            after(client, request, host);
        }
        if (!request.stored().equals("*")) {
            assertThat(publications(user)).as("publications").isEqualTo(Integer.parseInt(request.stored()));
        }
    }

    private static void answered(WireClient client, int status, boolean api) {
        String head = client.response();
        while (head.startsWith("HTTP/1.1 100")) {
            head = client.response();
        }
        assertThat(head).startsWith("HTTP/1.1 " + status + " ");
        String body = client.body(head);
        if (status >= 400 && api) {
            assertThat(body).startsWith("{\"error\":{\"code\":").contains("\"message\":\"");
        }
    }

    /** Checks that the next answer belongs to the next request, or that none comes. */
    private static void after(WireClient client, HostileRequest request, String host) {
        boolean sent = !request.half()
                && client.tryRaw(("GET /favicon.svg HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        client.endOutput();
        String rest = client.rest();
        switch (request.connection()) {
            case "open" ->
                assertThat(sent ? rest : "").startsWith("HTTP/1.1 200").contains(PAGE);
            case "closed" -> assertThat(rest).isEmpty();
            default ->
                assertThat(rest.isEmpty() || rest.contains(PAGE)).as(rest).isTrue();
        }
    }

    private int publications(String user) {
        return cordon.api("history", "{\"channel\":\"#" + user + "\",\"limit\":100}")
                        .body()
                        .split("\"data\"", -1)
                        .length
                - 1;
    }
}
