package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.SocketCounters.Rejected;
import dev.cordon.http.FakeClient;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmulationServletTest {
    private static final String PING = "{\\\"id\\\":2,\\\"ping\\\":{}}";
    private static final String NO_STREAM =
            "no such stream on this node: it has ended, or the load balancer spreads a client over nodes";

    private final StreamNode streams = new StreamNode();
    private final EmulationServlet servlet =
            new EmulationServlet(streams.sessions, streams.node.gateway, streams.exchanges);
    private final FakeClient client = StreamNode.request("POST", "/emulation");
    private final FakeClient stream;
    private final String session;

    EmulationServletTest() throws IOException {
        stream = streams.openTwoWay();
        session = StreamNode.session(stream);
        stream.taken.reset();
    }

    private void send(String body) throws IOException {
        StreamNode.withBody(client, body);
        servlet.service(client.request(), client.response());
    }

    private void sendPing() throws IOException {
        send(request(PING));
    }

    /** @param data escaped */
    private String request(String data) {
        return "{\"session\":\"" + session + "\",\"data\":\"" + data + "\"}";
    }

    private void rejected(int status, String message) {
        StreamNode.assertRejected(client, status, message);
        assertThat(stream.taken.size()).as("nothing was carried out").isZero();
    }

    @Test
    @DisplayName("commands are carried out, their answers come in the stream, and the request's own has no body")
    void carriesOutCommands() throws IOException {
        client.headers.put("Origin", StreamNode.ORIGIN);

        sendPing();

        assertThat(client.status).isEqualTo(204);
        assertThat(client.taken.size()).isZero();
        assertThat(client.completed).isOne();
        assertThat(client.answerHeaders).containsEntry("Access-Control-Allow-Origin", StreamNode.ORIGIN);
        assertThat(StreamNode.text(stream)).isEqualTo("{\"id\":2,\"ping\":{}}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT"})
    void namesItsMethod(String verb) throws IOException {
        client.verb = verb;

        sendPing();

        rejected(405, "use POST");
        assertThat(client.answerHeaders).containsEntry("Allow", "POST, OPTIONS");
    }

    @Test
    void answersAPreflight() throws IOException {
        client.verb = "OPTIONS";
        client.headers.put("Origin", StreamNode.ORIGIN);

        send("");

        assertThat(client.status).isEqualTo(204);
        assertThat(client.answerHeaders).containsEntry("Access-Control-Allow-Methods", "POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "OPTIONS"})
    void rejectsAForeignPage(String verb) throws IOException {
        client.verb = verb;
        client.headers.put("Origin", "https://evil.example");

        sendPing();

        rejected(403, "this page's origin is not in cordon.allowed-origins");
        assertThat(client.answerHeaders).doesNotContainKey("Access-Control-Allow-Origin");
        assertThat(streams.node.rejected.rejected(Rejected.ORIGIN)).isOne();
    }

    @ParameterizedTest
    @CsvSource({"application/octet-stream, 415", "Application/Octet-Stream;x=y, 415", "application/json, 204"})
    void rejectsBinaryCommands(String type, int status) throws IOException {
        client.headers.put("Content-Type", type);

        sendPing();

        assertThat(client.status).isEqualTo(status);
        assertThat(StreamNode.text(client).contains("streams over HTTP are JSON, not protobuf"))
                .isEqualTo(status == 415);
    }

    @Test
    @DisplayName("F11 a request is read to its bound, and one byte more is too long")
    void boundsTheRequest() throws IOException {
        String padding = " ".repeat(EmulationServlet.MAX_BODY - request(PING).length());
        send("{" + padding + request(PING).substring(1));
        assertThat(client.status).isEqualTo(204);
        stream.taken.reset();

        send("{ " + padding + request(PING).substring(1));

        rejected(413, "the commands have over 1048576 bytes");
    }

    @Test
    @DisplayName("F11 a frame may be as long as over a socket, and one byte more is too long")
    void boundsTheFrame() throws IOException {
        String blanks = " ".repeat(StreamSession.MAX_FRAME - "{\"id\":2,\"ping\":{}}".length());
        send(request(PING + blanks));
        assertThat(client.status).isEqualTo(204);
        stream.taken.reset();

        send(request(PING + blanks + " "));

        rejected(413, "the commands have over 1048576 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {"{\"session\":1} | session must be a string", "{\"sesion\":\"s\"} | sesion", "x | JSON"})
    void rejectsWhatIsNoRequest(String body, String why) throws IOException {
        send(body);

        assertThat(client.status).isEqualTo(400);
        assertThat(StreamNode.text(client)).contains(why);
    }

    @Test
    @DisplayName("an unknown session, one of another origin and one that has ended are answered alike")
    void tellsNothingOfSessionsOfOthers() throws IOException {
        client.headers.put("Host", "other.example");
        client.headers.put("Origin", "http://other.example");
        sendPing();
        rejected(404, NO_STREAM);
        client.taken.reset();

        client.headers.remove("Origin");
        send("{\"session\":\"unknown\",\"data\":\"" + PING + "\"}");
        rejected(404, NO_STREAM);
        client.taken.reset();

        streams.endAll();
        stream.taken.reset();
        sendPing();
        rejected(404, NO_STREAM);
    }
}
