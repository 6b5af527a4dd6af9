package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.NodeDirectory;
import dev.cordon.gateway.SocketCounters.Rejected;
import dev.cordon.http.FakeClient;
import dev.cordon.log.LogUnavailableException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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
            new EmulationServlet(streams.relay, streams.node.gateway, streams.exchanges);
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

    /** Another node of the cluster, with a stream. */
    private FakeClient another(StreamNode node) throws IOException {
        streams.others.known = List.of(new NodeDirectory.Node(
                "node-2",
                "1.0.0",
                "127.0.0.1:2",
                NodeDirectory.State.READY,
                Instant.EPOCH,
                new NodeDirectory.Load(1, 1, 1, 1)));
        streams.others.answers(StreamRelay.KIND, "node-2", node.relay::answer);
        FakeClient there = node.openTwoWay();
        there.headers.put("session", StreamNode.session(there));
        there.taken.reset();
        return there;
    }

    private static String to(String node, FakeClient stream, String data) {
        return "{\"session\":\"" + stream.headers.get("session") + "\",\"node\":\"" + node + "\",\"data\":\"" + data
                + "\"}";
    }

    @Test
    @DisplayName("commands that a balancer brings to another node reach the stream on its node")
    void passesCommandsOnToTheNodeOfTheStream() throws IOException {
        FakeClient there = another(new StreamNode());
        client.headers.put("Origin", StreamNode.ORIGIN);

        send(to("node-2", there, "{\\\"id\\\":2,\\\"rpc\\\":{\\\"method\\\":\\\"echo\\\",\\\"data\\\":\\\"é\\\"}}"));

        assertThat(client.status).isEqualTo(204);
        assertThat(client.answerHeaders).containsEntry("Access-Control-Allow-Origin", StreamNode.ORIGIN);
        assertThat(StreamNode.text(there)).isEqualTo("{\"id\":2,\"rpc\":{\"data\":\"é\"}}\n");
        assertThat(streams.patient).as("it waits on a thread that may").hasSize(1);
    }

    @Test
    @DisplayName("another node is told nothing of a session of another origin, nor of one that has ended")
    void passesNothingOnForOthers() throws IOException {
        StreamNode other = new StreamNode();
        FakeClient there = another(other);
        client.headers.put("Host", "other.example");
        client.headers.put("Origin", "http://other.example");

        send(to("node-2", there, PING));

        rejected(404, NO_STREAM);
        client.taken.reset();
        client.headers.put("Host", "node.example");
        client.headers.remove("Origin");
        other.endAll();
        there.taken.reset();
        send(to("node-2", there, PING));
        rejected(404, NO_STREAM);
        assertThat(there.taken.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"node-1", "node-3", ""})
    @DisplayName("only another node of the cluster is asked")
    void asksOnlyNodesThatAreThere(String node) throws IOException {
        FakeClient there = another(new StreamNode());
        streams.others.whenAsked = () -> {
            throw new AssertionError("asked");
        };

        send(to(node, there, PING));

        rejected(404, NO_STREAM);
    }

    @Test
    @DisplayName("F11 so many bytes are passed on, and no more")
    void boundsWhatIsPassedOn() throws IOException {
        FakeClient there = another(new StreamNode());
        String most = PING + " ".repeat(StreamRelay.MAX_FRAME - "{\"id\":2,\"ping\":{}}".length());
        send(to("node-2", there, most));
        assertThat(client.status).isEqualTo(204);

        send(to("node-2", there, most + " "));

        rejected(
                413,
                "the stream is on another node, to which no more than 65536 bytes are passed on:"
                        + " let the load balancer send a client to one node");
    }

    @Test
    void saysThatANodeDidNotAnswer() throws IOException {
        FakeClient there = another(new StreamNode());
        streams.others.whenAsked = () -> {
            throw new LogUnavailableException("the database is away");
        };

        send(to("node-2", there, PING));

        rejected(503, "the node of this stream did not answer; it may have the commands nevertheless");
    }

    @Test
    @DisplayName("F11 four requests are passed on at a time: who sends them has shown nothing but a session")
    void boundsHowManyArePassedOn() {
        StreamRelay relay = new StreamRelay("node-1", streams.sessions, streams.others);
        StreamRelay.Sender from = new StreamRelay.Sender("s", Optional.empty(), "");
        byte[] frame = new byte[0];
        streams.others.answers(StreamRelay.KIND, "node-2", question -> "{\"taken\":true}");
        AtomicInteger asked = new AtomicInteger();
        List<StreamRelay.Outcome> outcomes = new ArrayList<>();
        streams.others.whenAsked = () -> {
            if (asked.incrementAndGet() <= StreamRelay.MOST) {
                outcomes.add(relay.passOn("node-2", from, frame));
            }
        };

        outcomes.add(relay.passOn("node-2", from, frame));

        assertThat(asked).hasValue(StreamRelay.MOST);
        assertThat(outcomes)
                .containsExactly(
                        StreamRelay.Outcome.UNANSWERED,
                        StreamRelay.Outcome.TAKEN,
                        StreamRelay.Outcome.TAKEN,
                        StreamRelay.Outcome.TAKEN,
                        StreamRelay.Outcome.TAKEN);
        assertThat(relay.passOn("node-3", from, frame)).isEqualTo(StreamRelay.Outcome.UNANSWERED);
        assertThat(relay.passOn("node-2", from, frame)).as("room is given back").isEqualTo(StreamRelay.Outcome.TAKEN);
    }
}
