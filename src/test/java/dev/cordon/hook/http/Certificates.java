package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.MicroProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A certificate authority of the test, with a good certificate for the name localhost and one that has expired. */
final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    final SSLContext good;
    final SSLContext expired;
    /** Trusts the authority. */
    final SSLContext trusting;

    Certificates(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("keys.p12");
        keytool(store, "authority", "-dname", "CN=authority", "-ext", "bc:c", "-validity", "3");
        String[] signed = {"-dname", "CN=localhost", "-ext", "san=dns:localhost", "-signer", "authority"};
        keytool(store, "good", signed);
        keytool(store, "expired", join(signed, "-startdate", "-3d", "-validity", "1"));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        good = serving(keys, "good");
        expired = serving(keys, "expired");
        KeyStore trusted = empty();
        trusted.setCertificateEntry("authority", keys.getCertificate("authority"));
        trusting = context(null, trusted);
    }

    private static String[] join(String[] first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static void keytool(Path store, String alias, String... more) throws IOException, InterruptedException {
        String[] command = {
            MicroProcess.tool("keytool"),
            "-genkeypair",
            "-alias",
            alias,
            "-keyalg",
            "EC",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            new String(PASSWORD)
        };
        Process process = new ProcessBuilder(join(command, more))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private static SSLContext serving(KeyStore keys, String alias) throws GeneralSecurityException, IOException {
        KeyStore own = empty();
        own.setKeyEntry(alias, keys.getKey(alias, PASSWORD), PASSWORD, keys.getCertificateChain(alias));
        return context(own, null);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static SSLContext context(@Nullable KeyStore keys, @Nullable KeyStore trusted)
            throws GeneralSecurityException {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        others.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return context;
    }
}
