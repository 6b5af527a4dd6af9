package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.MicroProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes behind TLS, with a certificate for the name localhost. */
@Timeout(60)
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path folder;

    private static SSLContext trusting;
    private static SSLContext serving;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = folder.resolve("node.p12");
        Process keytool = new ProcessBuilder(
                        MicroProcess.tool("keytool"),
                        "-genkeypair",
                        "-alias",
                        "node",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        serving = context(keys, null);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("node", keys.getCertificate("node"));
        trusting = context(null, trusted);
    }

    private static SSLContext context(@Nullable KeyStore keys, @Nullable KeyStore trusted)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        others.init(trusted);
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return context;
    }

    private static FakeNode node() {
        return new FakeNode(new FakeNode.Log(), n -> FakeNode.ANSWER, serving.getServerSocketFactory());
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
                CordonClient client = to("localhost", node).sslContext(trusting).build()) {
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
                        .sslContext(trusting)
                        .deadline(Duration.ofMillis(500))
                        .build()) {
            assertThatThrownBy(() -> client.publish("#bob", "1")).isInstanceOf(CordonException.class);
            assertThat(node.heads()).isEmpty();
        }
    }
}
