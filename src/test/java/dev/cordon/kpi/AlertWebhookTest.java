package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.cordon.manager.HandTime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertWebhookTest {
    private static final AlertEvent EVENT =
            new AlertEvent("delivery", true, 0.0025, 0.001, "seconds", "It is \"slow\".", "Look.", HandTime.START);

    private final HandTime time = new HandTime();
    private final HttpServer receiver = receiver();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> headers = new CopyOnWriteArrayList<>();
    private volatile int status = 204;
    private volatile boolean endless;
    private volatile Optional<URI> address =
            Optional.of(URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook?key=hunter2"));
    private final AlertWebhook webhook = new AlertWebhook(() -> new AlertSettings(Map.of(), address), time);

    private HttpServer receiver() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                headers.add(exchange.getProtocol() + " "
                        + exchange.getRequestHeaders().containsKey("Upgrade"));
                bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                if (endless) {
                    exchange.sendResponseHeaders(200, 0);
                    pour(exchange.getResponseBody());
                    return;
                }
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes until the other end closes the connection. */
    private static void pour(OutputStream to) {
        byte[] part = new byte[8192];
        try {
            while (true) {
                to.write(part);
            }
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }

    @AfterEach
    void stop() {
        webhook.stop();
        receiver.stop(0);
    }

    private double counted(String outcome) {
        return webhook.metrics().stream()
                .filter(metric -> metric.labels().containsValue(outcome))
                .mapToDouble(metric -> metric.value().getAsDouble())
                .sum();
    }

    private void awaitCounted(String outcome, double count) {
        await().untilAsserted(() -> assertThat(counted(outcome)).isEqualTo(count));
    }

    @Test
    void postsEachEventAsJsonInOrder() {
        webhook.accept(EVENT);
        webhook.accept(new AlertEvent(
                "delivery", false, Double.NaN, 0.001, "seconds", "It is slow.", "Look.", HandTime.START));

        webhook.pump();

        awaitCounted("sent", 2);
        assertThat(bodies)
                .containsExactly(
                        "{\"kpi\":\"delivery\",\"state\":\"firing\",\"value\":0.0025,\"threshold\":0.001,\"unit\":\"seconds\","
                                + "\"meaning\":\"It is \\\"slow\\\".\",\"action\":\"Look.\",\"at\":\"2030-01-01T00:00:00Z\"}",
                        "{\"kpi\":\"delivery\",\"state\":\"resolved\",\"value\":null,\"threshold\":0.001,\"unit\":\"seconds\","
                                + "\"meaning\":\"It is slow.\",\"action\":\"Look.\",\"at\":\"2030-01-01T00:00:00Z\"}");
        assertThat(headers).containsOnly("HTTP/1.1 false");
    }

    @Test
    void retriesWithGrowingPauses() {
        status = 500;
        webhook.accept(EVENT);
        webhook.pump();
        awaitCounted("failed", 1);

        webhook.pump();
        time.advance(Duration.ofSeconds(4));
        webhook.pump();
        assertThat(bodies).hasSize(1);
        time.advance(Duration.ofSeconds(1));
        webhook.pump();
        awaitCounted("failed", 2);

        time.advance(Duration.ofSeconds(5));
        webhook.pump();
        assertThat(bodies).hasSize(2);
        status = 200;
        time.advance(Duration.ofSeconds(5));
        webhook.pump();
        awaitCounted("sent", 1);
        assertThat(bodies).hasSize(3);
    }

    @Test
    void dropsAnEventAfterItsLastAttemptAndTriesTheNext() {
        receiver.stop(0);
        webhook.accept(EVENT);
        webhook.accept(EVENT);

        for (int i = 1; i <= AlertWebhook.ATTEMPTS; i++) {
            webhook.pump();
            awaitCounted("failed", i);
            time.advance(Duration.ofMinutes(5));
        }

        assertThat(counted("lost")).isEqualTo(1);
        webhook.pump();
        awaitCounted("failed", AlertWebhook.ATTEMPTS + 1);
    }

    @Test
    @DisplayName("F11 the queue of waiting events is bounded, and events that find no room are counted as lost")
    void boundsTheQueueOfWaitingEvents() {
        for (int i = 0; i < AlertWebhook.WAITING + 3; i++) {
            webhook.accept(EVENT);
        }

        assertThat(counted("lost")).isEqualTo(3);
    }

    @Test
    void queuesNothingWithoutAnAddress() {
        Optional<URI> before = address;
        address = Optional.empty();
        webhook.accept(EVENT);
        address = before;

        webhook.pump();

        assertThat(counted("sent") + counted("failed") + counted("lost")).isZero();
    }

    @Test
    @DisplayName(
            "D5: an answer that never ends is aborted at the deadline and the event is sent again; the next event is sent, too")
    void d5_retriesAfterAnAnswerThatNeverEnds() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            Optional<URI> before = address;
            address = Optional.of(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/"));
            webhook.accept(EVENT);
            webhook.accept(EVENT);
            webhook.pump();
            try (Socket first = silent.accept()) {
                first.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
                first.getOutputStream().flush();

                await().atMost(Duration.ofMinutes(1)).until(() -> counted("failed") == 1);
            }
            address = before;
        }

        time.advance(Duration.ofSeconds(5));
        webhook.pump();
        awaitCounted("sent", 2);
        assertThat(counted("lost")).isZero();
    }

    @Test
    @DisplayName(
            "D5: an answer beyond the size bound is aborted and the event is sent again; the next event is sent, too")
    void d5_retriesAfterAnAnswerBeyondTheSizeBound() {
        endless = true;
        webhook.accept(EVENT);
        webhook.accept(EVENT);
        webhook.pump();
        await().atMost(Duration.ofMinutes(1)).until(() -> counted("failed") == 1);

        endless = false;
        time.advance(Duration.ofSeconds(5));
        webhook.pump();
        awaitCounted("sent", 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.org/", "file:///etc/passwd", "hook/of/mine", "http:///nowhere"})
    void rejectsAnInvalidAddressWithoutQuotingIt(String wrong) {
        assertThatThrownBy(() -> new AlertSettings(Map.of(), Optional.of(URI.create(wrong))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cordon.alert.webhook must be")
                .hasMessageNotContaining(wrong);
    }

    @Test
    @DisplayName("the text of the settings does not show the address, which may contain a key")
    void toStringOfTheSettingsShowsNoAddress() {
        assertThat(new AlertSettings(Map.of(), address).toString())
                .doesNotContain("hunter2")
                .contains("set");
    }
}
