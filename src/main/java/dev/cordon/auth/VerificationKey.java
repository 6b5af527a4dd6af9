package dev.cordon.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;

/**
 * A key for exactly one algorithm (RFC 8725 §3.1), so that a token cannot choose another. Thread-safe.
 *
 * @param algorithm the only algorithm that the key verifies
 */
record VerificationKey(JWSAlgorithm algorithm, JWSVerifier verifier) {
    private static final int MIN_RSA_BITS = 2048;

    static VerificationKey ofSecret(String secret) {
        try {
            return new VerificationKey(JWSAlgorithm.HS256, new MACVerifier(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (JOSEException e) {
            throw new IllegalStateException("the Java runtime lacks HS256", e);
        }
    }

    /** Returns the verification key; empty if Cordon does not support the kind, size or curve of the key. */
    static Optional<VerificationKey> of(PublicKey key) {
        if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= MIN_RSA_BITS) {
            return Optional.of(new VerificationKey(JWSAlgorithm.RS256, new RSASSAVerifier(rsa)));
        }
        if (key instanceof ECPublicKey ec && Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams()))) {
            return Optional.of(new VerificationKey(JWSAlgorithm.ES256, es256(ec)));
        }
        if (key instanceof EdECPublicKey ed
                && NamedParameterSpec.ED25519.getName().equals(ed.getParams().getName())) {
            return Optional.of(new VerificationKey(JWSAlgorithm.EdDSA, new Ed25519Verifier(ed)));
        }
        return Optional.empty();
    }

    boolean signed(CompactToken token) {
        try {
            return algorithm.equals(token.header.getAlgorithm())
                    && verifier.verify(token.header, token.signingInput(), token.signature);
        } catch (JOSEException e) {
            return false; // malformed signature
        }
    }

    private static JWSVerifier es256(ECPublicKey key) {
        try {
            return new ECDSAVerifier(key);
        } catch (JOSEException e) {
            throw new IllegalStateException("the Java runtime lacks ES256", e);
        }
    }
}
