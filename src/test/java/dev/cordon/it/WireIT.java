package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The wire with the default transport. */
@ExtendWith(ArquillianExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
@RunAsClient
class WireIT extends WireContract {
    @ArquillianResource
    private URI shared;

    @Override
    Cordon cordon() {
        return Cordon.at(shared);
    }

    @Test
    @Tag("payara")
    void aDirectConnectionOutlivesTheContainersTimeouts() {
        assertServes();
        double before = cordon().metric("cordon_handshakes_total", "way=\"shortcut\"");
        HttpRequest lines = HttpRequest.newBuilder(cordon().base().resolve("connection/uni_http_stream"))
                .header("Authorization", "Bearer " + cordon().token("wire-long-stream"))
                .build();
        try (RawSocket socket = RawSocket.connected(cordon(), cordon().token("wire-long"));
                StreamClient stream = StreamClient.open(lines)) {
            assertThat(stream.next()).startsWith("{\"connect\":");
            await().atMost(Duration.ofSeconds(60))
                    .during(Duration.ofSeconds(45))
                    .until(() -> !socket.isClosed());
            socket.send("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":7}}");
            assertThat(socket.next()).isEqualTo("{\"id\":2,\"rpc\":{\"data\":7}}");
            cordon().api("publish", "{\"channel\":\"#wire-long-stream\",\"data\":1}");
            assertThat(stream.next())
                    .isEqualTo("{\"channel\":\"#wire-long-stream\",\"pub\":{\"offset\":1,\"data\":1}}");
        }
        assertThat(cordon().metric("cordon_handshakes_total", "way=\"shortcut\""))
                .isGreaterThan(before);
    }

    @Test
    @Tag("payara")
    void handshakesOnAKnownRouteGoPastTheContainer() {
        assertServes();
        double before = cordon().metric("cordon_handshakes_total", "way=\"shortcut\"");

        assertServes();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(cordon().metric("cordon_handshakes_total", "way=\"shortcut\""))
                        .isGreaterThan(before));
    }

    @Test
    @Tag("payara")
    void shortReadsAreDoneInPlaceOnceTheRouteIsKnown() {
        assertServes();
        double before = cordon().metric("cordon_reads_in_place_total");

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertServes();
            assertThat(cordon().metric("cordon_reads_in_place_total")).isGreaterThan(before);
        });
    }

    @Test
    @Tag("payara")
    @DisplayName("F11 what a stalled reader does not read waits in the bounded and counted queue, not in the kernel")
    void theKernelBuffersLittleForAReaderThatStalls() {
        String data = "\"" + "x".repeat(32 * 1024) + "\"";
        try (WireClient stalled = connected("wire-kernel")) {
            for (int i = 0; i < 40; i++) {
                cordon().api("publish", "{\"channel\":\"#wire-kernel\",\"data\":" + data + "}");
            }

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() ->
                            assertThat(cordon().metric("cordon_queue_bytes")).isGreaterThan(300_000));
            // The reader is still connected: it sends, and the server reads.
            stalled.raw(WireClient.text("{}"));
        }
    }
}
