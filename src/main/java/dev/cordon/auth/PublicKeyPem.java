package dev.cordon.auth;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A parser of the setting {@code cordon.token.public-key}. Stateless. */
final class PublicKeyPem {
    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");
    private static final List<String> KINDS = List.of("RSA", "EC", "Ed25519");

    private PublicKeyPem() {}

    /** @throws IllegalArgumentException if the setting is invalid; the message does not quote the setting */
    static VerificationKey parse(String pem) {
        // Environment files and properties often contain the line ends of a PEM as the two characters \n.
        Matcher text = PEM.matcher(pem.replace("\\n", "\n").replace("\\r", ""));
        if (pem.contains("PRIVATE KEY")) {
            throw rejected("is a private key; give the public one");
        }
        if (!text.matches()) {
            throw rejected("is not a PEM block '-----BEGIN PUBLIC KEY-----'");
        }
        PublicKey key = decoded(text.group(1));
        return VerificationKey.of(key)
                .orElseThrow(() -> rejected("must be RSA of at least 2048 bits, EC P-256 or Ed25519"));
    }

    private static PublicKey decoded(String base64) {
        X509EncodedKeySpec spec = spec(base64);
        return KINDS.stream()
                .map(kind -> decoded(spec, kind))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> rejected("holds no RSA, EC P-256 or Ed25519 key"));
    }

    private static X509EncodedKeySpec spec(String base64) {
        try {
            return new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw rejected("is not valid base64");
        }
    }

    /** Returns the key; empty if the encoding is of another kind of key. */
    private static Optional<PublicKey> decoded(X509EncodedKeySpec spec, String kind) {
        try {
            return Optional.of(KeyFactory.getInstance(kind).generatePublic(spec));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the Java runtime lacks " + kind + " keys", e);
        }
    }

    private static IllegalArgumentException rejected(String why) {
        return new IllegalArgumentException("cordon.token.public-key " + why);
    }
}
