package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.Certificates;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes behind TLS, with a certificate for the name localhost. */
@Timeout(60)
class TlsTest {
    private static Certificates certificates;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates();
    }

    private static FakeNode node() {
        return new FakeNode(new FakeNode.Log(), n -> FakeNode.ANSWER, certificates.good.getServerSocketFactory());
    }

    private static CordonClientBuilder to(String host, FakeNode node) {
        return CordonClient.builder()
                .nodes("https://" + host + ":" + node.port())
                .apiKey("key")
                .deadline(Duration.ofSeconds(5));
    }

    @Test
    void publishesToANodeWhoseCertificateIsTrusted() throws IOException {
        try (FakeNode node = node();
                CordonClient client =
                        to("localhost", node).sslContext(certificates.trusting).build()) {
            assertThat(client.publish("#bob", "1").offset()).isEqualTo(1);
            assertThat(client.publish("#bob", "2").offset()).isEqualTo(2);
        }
    }

    @Test
    void doesNotSayItsKeyToANodeWhoseCertificateIsNotTrusted() throws IOException {
        try (FakeNode node = node();
                CordonClient client =
                        to("localhost", node).deadline(Duration.ofMillis(500)).build()) {
            assertThatThrownBy(() -> client.publish("#bob", "1"))
                    .isInstanceOf(CordonException.class)
                    .satisfies(failure -> assertThat(((CordonException) failure).mayBeCarriedOut())
                            .isFalse());
            assertThat(node.heads()).isEmpty();
        }
    }

    @Test
    void doesNotSayItsKeyToANodeOfAnotherName() throws IOException {
        try (FakeNode node = node();
                CordonClient client = to("127.0.0.1", node)
                        .sslContext(certificates.trusting)
                        .deadline(Duration.ofMillis(500))
                        .build()) {
            assertThatThrownBy(() -> client.publish("#bob", "1")).isInstanceOf(CordonException.class);
            assertThat(node.heads()).isEmpty();
        }
    }
}
