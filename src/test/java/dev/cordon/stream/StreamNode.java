package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.Identity;
import dev.cordon.cluster.FakeOtherNodes;
import dev.cordon.endpoint.ServerConnections;
import dev.cordon.endpoint.TransportKind;
import dev.cordon.endpoint.TransportSelector;
import dev.cordon.gateway.TestNode;
import dev.cordon.http.Exchanges;
import dev.cordon.http.FakeClient;
import dev.cordon.log.HandClock;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node with its addresses of streams over HTTP, and the requests of its clients. */
final class StreamNode {
    /** The node's own origin, as requests of {@link #request} address it. */
    static final String ORIGIN = "http://node.example";

    final TestNode node = new TestNode();
    final StreamTickets tickets = new StreamTickets(node.clock);
    final StreamSessions sessions = new StreamSessions(Optional.empty());
    final FakeOtherNodes others = new FakeOtherNodes();
    final StreamRelay relay = new StreamRelay("node-1", sessions, others);

    /** The tasks that may wait, which have run already. */
    final List<Runnable> patient = new ArrayList<>();

    final Exchanges exchanges = new Exchanges(
            ServerConnections.UNKNOWN,
            task -> {
                patient.add(task);
                task.run();
            },
            node.nanos::get,
            1_000_000);
    final StreamServlet streams = streams(ServerConnections.UNKNOWN);

    StreamServlet streams(ServerConnections connections) {
        return streams(connections, TransportKind.AUTO);
    }

    StreamServlet streams(ServerConnections connections, TransportKind kind) {
        StreamResponses responses =
                new StreamResponses(connections, new TransportSelector(kind, connections, Set.of()), node.clock);
        return new StreamServlet(node.gateway, responses, exchanges, tickets, sessions);
    }

    static FakeClient request(String verb, String address) {
        FakeClient client = new FakeClient();
        client.verb = verb;
        client.servletPath = address;
        client.headers.put("Host", "node.example");
        return client;
    }

    static FakeClient withBody(FakeClient client, String body) {
        byte[] utf8 = body.getBytes(StandardCharsets.UTF_8);
        return client.announce(utf8.length).send(utf8);
    }

    /** A two-way stream that a page of the node's own origin has opened for the user ann. */
    FakeClient openTwoWay() throws IOException {
        FakeClient client = request("POST", "/connection/http_stream");
        client.headers.put("Origin", ORIGIN);
        withBody(client, "{\"id\":1,\"connect\":{\"token\":\"" + token() + "\"}}");
        streams.service(client.request(), client.response());
        return client;
    }

    /** The session that the client of a two-way stream was told. */
    static String session(FakeClient client) {
        Matcher told = Pattern.compile("\"session\":\"([^\"]+)\"").matcher(text(client));
        return Optional.of(told).filter(Matcher::find).orElseThrow().group(1);
    }

    static String text(FakeClient client) {
        return client.taken.toString(StandardCharsets.UTF_8);
    }

    /** The answer has the status, and its body is the error with the whole message. */
    static void assertRejected(FakeClient client, int status, String message) {
        assertThat(client.status).isEqualTo(status);
        assertThat(text(client)).isEqualTo("{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\"}}\n");
    }

    String token() {
        return node.token("ann", Duration.ofHours(1));
    }

    static Identity ann() {
        return new Identity(new UserId("ann"), Optional.empty(), Set.of(), HandClock.START.plus(Duration.ofHours(1)));
    }

    void endAll() {
        node.factory.connections().forEach(connection -> connection.close(Disconnect.SHUTDOWN));
    }
}
