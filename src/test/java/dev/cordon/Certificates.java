package dev.cordon;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority of the test, and certificates that it has signed for the name localhost. They are written here
 * in DER (RFC 5280 §4.1): the JDK makes certificates only in a process of its own, which takes seconds.
 */
public final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final X500Principal AUTHORITY = new X500Principal("CN=authority");
    private static final X500Principal LOCALHOST = new X500Principal("CN=localhost");
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Tags of DER. */
    private static final int INTEGER = 0x02;

    private static final int BITS = 0x03;
    private static final int OCTETS = 0x04;
    private static final int TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int DNS_NAME = 0x82;

    /** ecdsa-with-SHA256, id-ce-basicConstraints and id-ce-subjectAltName, as DER. */
    private static final byte[] ECDSA = HexFormat.of().parseHex("06082a8648ce3d040302");

    private static final byte[] CONSTRAINTS = HexFormat.of().parseHex("0603551d13");
    private static final byte[] OTHER_NAMES = HexFormat.of().parseHex("0603551d11");
    private static final byte[] TRUE = HexFormat.of().parseHex("0101ff");

    /** Serves with a certificate that is valid. */
    public final SSLContext good;

    public final SSLContext expired;

    /** Serves with a certificate that is not valid yet. */
    public final SSLContext early;

    /** Trusts the authority. */
    public final SSLContext trusting;

    /** Key and certificates of {@link #good} as PEM (RFC 7468). */
    public final String pem;

    private final KeyPair authority = keys();

    public Certificates() throws GeneralSecurityException, IOException {
        byte[] signs = extension(CONSTRAINTS, der(SEQUENCE, TRUE));
        Certificate own = signed(AUTHORITY, authority, Duration.ofDays(-9), Duration.ofDays(9), signs);
        KeyPair keys = keys();
        Certificate[] chain = chain(own, keys, Duration.ofDays(-1), Duration.ofDays(1));
        good = serving(keys, chain);
        pem = pem("PRIVATE KEY", keys.getPrivate().getEncoded())
                + pem("CERTIFICATE", chain[0].getEncoded())
                + pem("CERTIFICATE", own.getEncoded());
        expired = serving(own, Duration.ofDays(-3), Duration.ofDays(-2));
        early = serving(own, Duration.ofDays(2), Duration.ofDays(3));
        KeyStore trusted = empty();
        trusted.setCertificateEntry("authority", own);
        trusting = context(null, trusted);
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    private SSLContext serving(Certificate signer, Duration from, Duration to)
            throws GeneralSecurityException, IOException {
        KeyPair keys = keys();
        return serving(keys, chain(signer, keys, from, to));
    }

    private Certificate[] chain(Certificate signer, KeyPair keys, Duration from, Duration to)
            throws GeneralSecurityException {
        byte[] host = der(DNS_NAME, "localhost".getBytes(StandardCharsets.US_ASCII));
        return new Certificate[] {signed(LOCALHOST, keys, from, to, extension(OTHER_NAMES, der(SEQUENCE, host))), signer
        };
    }

    private static SSLContext serving(KeyPair keys, Certificate[] chain) throws GeneralSecurityException, IOException {
        KeyStore own = empty();
        own.setKeyEntry("localhost", keys.getPrivate(), PASSWORD, chain);
        return context(own, null);
    }

    /** @param from begin of its validity, from now on */
    private Certificate signed(X500Principal name, KeyPair keys, Duration from, Duration to, byte[] extension)
            throws GeneralSecurityException {
        byte[] algorithm = der(SEQUENCE, ECDSA);
        byte[] content = der(
                SEQUENCE,
                der(VERSION, der(INTEGER, new byte[] {2})),
                der(INTEGER, new byte[] {1}),
                algorithm,
                AUTHORITY.getEncoded(),
                der(SEQUENCE, time(from), time(to)),
                name.getEncoded(),
                keys.getPublic().getEncoded(),
                der(EXTENSIONS, der(SEQUENCE, extension)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(authority.getPrivate());
        signature.update(content);
        byte[] all = der(SEQUENCE, content, algorithm, der(BITS, new byte[] {0}, signature.sign()));
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(all));
    }

    private static byte[] extension(byte[] id, byte[] value) {
        return der(SEQUENCE, id, TRUE, der(OCTETS, value));
    }

    private static byte[] time(Duration fromNow) {
        return der(TIME, UTC_TIME.format(Instant.now().plus(fromNow)).getBytes(StandardCharsets.US_ASCII));
    }

    /** One value of DER: its tag, its length, and its content, of less than 64 KiB. */
    private static byte[] der(int tag, byte[]... content) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : content) {
            joined.writeBytes(part);
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(tag);
        if (joined.size() > 0xff) {
            value.write(0x82);
            value.write(joined.size() >> 8);
        } else if (joined.size() >= 0x80) {
            value.write(0x81);
        }
        value.write(joined.size());
        value.writeBytes(joined.toByteArray());
        return value.toByteArray();
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
