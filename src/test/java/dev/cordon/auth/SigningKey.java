package dev.cordon.auth;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that signs tokens with the JDK alone, so that the tests do not check a library with itself.
 *
 * @param publicKey SubjectPublicKeyInfo in base64, empty for a secret
 */
record SigningKey(String algorithm, Key key, String publicKey, String jwkMembers) {
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    static SigningKey hs256(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return hs256(bytes);
    }

    static SigningKey hs256(byte[] secret) {
        return new SigningKey("HS256", new SecretKeySpec(secret, "HmacSHA256"), "", "\"kty\":\"oct\"");
    }

    static SigningKey rs256(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            KeyPair pair = generator.generateKeyPair();
            RSAPublicKey rsa = (RSAPublicKey) pair.getPublic();
            String jwk = "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
                    .formatted(number(rsa.getModulus(), 0), number(rsa.getPublicExponent(), 0));
            return of("RS256", pair, jwk);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static SigningKey es256() {
        return ec("ES256", "secp256r1", "P-256", 32);
    }

    static SigningKey es384() {
        return ec("ES384", "secp384r1", "P-384", 48);
    }

    static SigningKey ed25519() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] spki = pair.getPublic().getEncoded();
            byte[] point = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
            return of("EdDSA", pair, "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + URL.encodeToString(point) + "\"");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SigningKey ec(String algorithm, String jdkCurve, String curve, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(jdkCurve));
            KeyPair pair = generator.generateKeyPair();
            ECPublicKey ec = (ECPublicKey) pair.getPublic();
            String jwk = "\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\""
                    .formatted(
                            curve,
                            number(ec.getW().getAffineX(), size),
                            number(ec.getW().getAffineY(), size));
            return of(algorithm, pair, jwk);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SigningKey of(String algorithm, KeyPair pair, String jwk) {
        PublicKey open = pair.getPublic();
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(open.getEncoded());
        return new SigningKey(algorithm, pair.getPrivate(), base64, jwk);
    }

    /** A token with this claims set and the plain header of the key's algorithm. */
    String token(String claims) {
        return signed("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}", claims);
    }

    String tokenWithKeyId(String keyId, String claims) {
        return signed("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\"}", claims);
    }

    /** A token with any header, signed with this key whatever the header says. */
    String signed(String header, String claims) {
        return signedInput(encoded(header) + "." + encoded(claims));
    }

    /** @param input encoded header and claims */
    String signedInput(String input) {
        return input + "." + URL.encodeToString(signature(input.getBytes(StandardCharsets.US_ASCII)));
    }

    String pem() {
        return "-----BEGIN PUBLIC KEY-----\n" + publicKey + "\n-----END PUBLIC KEY-----\n";
    }

    /** Its public half as a member of a JWK set. */
    String jwk(String keyId) {
        return "{\"kid\":\"" + keyId + "\"," + jwkMembers + "}";
    }

    static String encoded(String text) {
        return URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] signature(byte[] input) {
        try {
            if (!(key instanceof PrivateKey secret)) {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(key);
                return mac.doFinal(input);
            }
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RS256" -> "SHA256withRSA";
                        case "ES256" -> "SHA256withECDSAinP1363Format";
                        case "ES384" -> "SHA384withECDSAinP1363Format";
                        default -> "Ed25519";
                    });
            signature.initSign(secret);
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String number(BigInteger value, int size) {
        byte[] bytes = value.toByteArray();
        int sign = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        byte[] padded = new byte[Math.max(size, bytes.length - sign)];
        System.arraycopy(bytes, sign, padded, padded.length - bytes.length + sign, bytes.length - sign);
        return URL.encodeToString(padded);
    }
}
