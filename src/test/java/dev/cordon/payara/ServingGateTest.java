package dev.cordon.payara;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.glassfish.grizzly.Processor;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The gate in a listener of Grizzly's own, whose handler answers each request with the body that came with it. */
class ServingGateTest {
    private final NetworkListener listener =
            new NetworkListener("test", InetAddress.getLoopbackAddress().getHostAddress(), 0);
    private final HttpServer server = new HttpServer();
    private final TCPNIOTransport transport = listener.getTransport();
    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server.addListener(listener);
        server.getServerConfiguration()
                .addHttpHandler(
                        new HttpHandler() {
                            @Override
                            public void service(Request request, Response response) throws IOException {
                                if (request.getRequestURI().equals("/broken")) {
                                    request.getInputStream().readAllBytes();
                                    response.setStatus(500);
                                    return;
                                }
                                response.getOutputStream()
                                        .write(request.getInputStream().readAllBytes());
                            }
                        },
                        "/");
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        server.shutdownNow();
    }

    private ServingGate gate(String contextPath) {
        return ServingGate.place(Map.of("test", transport), contextPath).orElseThrow();
    }

    private Socket client() throws IOException {
        Socket client = new Socket();
        clients.add(client);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getPort()));
        client.setSoTimeout(10_000);
        return client;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** The answer to a request that is its connection's last. */
    private String last(String path) throws IOException {
        Socket client = client();
        send(client, "GET " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
        return new String(client.getInputStream().readAllBytes(), US_ASCII);
    }

    @Test
    @DisplayName("H5 F28 a shut gate answers 503 with Retry-After and a line of JSON")
    void h5_f28_answersWhileShut() throws IOException {
        gate("");

        assertThat(last("/health/ready"))
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-After: 1\r\n")
                .endsWith("{\"error\":{\"code\":503,\"message\":\"" + ServingFilter.NOT_SERVING.message() + "\"}}");
    }

    @Test
    void passesRequestsOnWhileOpenAndCanBeShutAgain() throws IOException {
        ServingGate gate = gate("/");
        gate.open();
        String open = last("/");
        gate.shut();

        assertThat(open).startsWith("HTTP/1.1 200 ");
        assertThat(last("/")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void shutsOnlyTheApplicationsPaths() throws IOException {
        gate("/cordon");

        assertThat(last("/cordon")).startsWith("HTTP/1.1 503 ");
        assertThat(last("/cordon/api/publish")).startsWith("HTTP/1.1 503 ");
        assertThat(last("/cordonbleu")).startsWith("HTTP/1.1 200 ");
        assertThat(last("/health/ready")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void finishesARequestThatWasLetInBeforeItWasShut() throws IOException {
        ServingGate gate = gate("");
        gate.open();
        Socket client = client();
        send(
                client,
                "POST / HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
        byte[] goOn = client.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
        gate.shut();
        send(client, "body");

        assertThat(new String(goOn, US_ASCII)).startsWith("HTTP/1.1 100 ");
        assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                .startsWith("HTTP/1.1 200 ")
                .contains("body");
    }

    @Test
    @DisplayName("H5 the container's error for a request that was let in before is replaced by 503 with a body")
    void h5_anErrorOfTheEndingApplicationIsReplaced() throws IOException {
        ServingGate gate = gate("");
        gate.open();
        Socket client = client();
        send(
                client,
                "POST /broken HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
        byte[] goOn = client.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
        gate.shut();
        send(client, "body");

        assertThat(goOn).hasSizeGreaterThan(20);
        assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("Retry-After: 1\r\n")
                .endsWith("{\"error\":{\"code\":503,\"message\":\"" + ServingFilter.NOT_SERVING.message() + "\"}}");
    }

    @Test
    @DisplayName("H5 connections from before the gate are closed, because no guard watches them")
    void h5_closesOlderConnections() throws IOException {
        Socket older = client();
        send(older, "GET / HTTP/1.1\r\nHost: here\r\n\r\n");
        int first = older.getInputStream().read();
        gate("");
        byte[] rest = older.getInputStream().readAllBytes();

        assertThat((char) first).isEqualTo('H');
        assertThat(new String(rest, US_ASCII)).startsWith("TTP/1.1 200 ");
    }

    @Test
    void otherApplicationsKeepTheirConnections() throws IOException {
        Socket older = client();
        send(older, "GET / HTTP/1.1\r\nHost: here\r\n\r\n");
        int first = older.getInputStream().read();
        gate("/cordon");
        send(older, "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
        String rest = new String(older.getInputStream().readAllBytes(), US_ASCII);

        assertThat((char) first).isEqualTo('H');
        assertThat(rest.split("TTP/1.1 200 ", -1)).hasSize(3);
    }

    @Test
    void leavesTheListenerAsItWas() throws IOException {
        Processor<?> before = transport.getProcessor();
        ServingGate gate = gate("");
        Processor<?> with = transport.getProcessor();
        gate.remove();

        assertThat(with).isNotSameAs(before);
        assertThat(transport.getProcessor()).isSameAs(before);
        assertThat(last("/")).startsWith("HTTP/1.1 200 ");
    }
}
