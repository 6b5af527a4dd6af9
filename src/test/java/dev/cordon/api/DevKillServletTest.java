package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevKillServletTest {
    private static final String NAME = "127.0.0.1:8081";

    private final AtomicInteger kills = new AtomicInteger();
    private final FakeCall call = new FakeCall();
    private DevKillServlet servlet =
            new DevKillServlet(Optional.of(new DevNode(() -> Optional.of(NAME), kills::incrementAndGet)));

    @BeforeEach
    void fromThePageOfTheBalancer() {
        call.method = "POST";
        call.headers.put("Host", "localhost:8080");
        call.headers.put("Origin", "http://localhost:8080");
        call.parameters.put("node", NAME);
    }

    @Test
    void killsTheNodeThatThePageNamesAfterTheAnswer() throws IOException {
        ask();

        assertThat(call.status).isEqualTo(202);
        assertThat(call.body()).contains("{\"killed\":\"127.0.0.1:8081\"}");
        assertThat(call.calls).last().asString().startsWith("flushBuffer");
        assertThat(kills).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "GET", "PUT", "OPTIONS"})
    @DisplayName(
            "S8: without a cluster in development mode the address of the kill is answered 404, whatever the method")
    void s8_isNotThereOutsideAClusterInDevelopmentMode(String method) throws IOException {
        servlet = new DevKillServlet(Optional.empty());
        call.method = method;

        ask();

        assertRejected(404, "not found");
    }

    @ParameterizedTest
    @CsvSource({"localhost,192.0.2.1,404", "evil.example,127.0.0.1,403"})
    @DisplayName("S8: a node is killed from this machine only, under a name of this machine")
    void s8_rejectsOtherMachinesAndNames(String host, String peer, int status) throws IOException {
        call.host = host;
        call.peer = peer;

        ask();

        assertRejected(status, "");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "null",
                "http://evil.example",
                "https://localhost:8080",
                "http://localhost",
                "http://localhost:80801",
                "http://localhost:8080.evil.example"
            })
    @DisplayName("S8: a page of another origin does not kill a node, nor does a request without an origin")
    void s8_rejectsOtherOrigins(@Nullable String origin) throws IOException {
        call.headers.remove("Origin");
        if (origin != null) {
            call.headers.put("Origin", origin);
        }

        ask();

        assertRejected(403, "the header Origin must be http://localhost:8080");
    }

    @Test
    @DisplayName("S8: a link or an image does not kill a node: only POST does")
    void s8_rejectsOtherMethods() throws IOException {
        call.method = "GET";

        ask();

        assertRejected(405, "a node is killed with POST");
        assertThat(call.calls).contains("setHeader Allow");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "127.0.0.1:8082"})
    void rejectsAKillOfAnotherNode(@Nullable String node) throws IOException {
        call.parameters.remove("node");
        if (node != null) {
            call.parameters.put("node", node);
        }

        ask();

        assertRejected(409, "this is the node 127.0.0.1:8081");
    }

    @Test
    void isNotKilledWhileItDoesNotKnowItsName() throws IOException {
        servlet = new DevKillServlet(Optional.of(new DevNode(Optional::empty, kills::incrementAndGet)));
        call.parameters.put("node", "");

        ask();

        assertThat(call.status).isEqualTo(409);
        assertThat(kills).hasValue(0);
    }

    @Test
    @DisplayName("L8: an unknown parameter of the kill is rejected by name")
    void l8_rejectsAnUnknownParameterByName() throws IOException {
        call.parameters.put("nodes", NAME);

        ask();

        assertRejected(400, "/dev/kill has no field nodes: did you mean node?");
    }

    private void assertRejected(int status, String message) {
        assertThat(call.status).isEqualTo(status);
        assertThat(call.body()).contains("\"error\"").contains(message);
        assertThat(kills).hasValue(0);
    }

    private void ask() throws IOException {
        servlet.service(call.request(), call.response());
    }
}
