package dev.cordon.hook.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of a request to the back end: HMAC-SHA256 (RFC 2104) over the time in seconds, a dot and the body, in hex.
 * With two secrets there are two signatures, separated by a space. A back end that takes no request older than five
 * minutes is safe from requests that somebody has recorded.
 *
 * @param timestamp seconds since 1970, by this node's clock
 */
record HookSignature(String timestamp, String signatures) {
    static final String TIMESTAMP_HEADER = "X-Cordon-Timestamp";
    static final String SIGNATURE_HEADER = "X-Cordon-Signature";

    private static final String ALGORITHM = "HmacSHA256";

    static HookSignature of(byte[] body, HookSecrets secrets, Clock clock) {
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        return new HookSignature(
                timestamp,
                secrets.bytes().stream()
                        .map(secret -> hmac(secret, timestamp, body))
                        .collect(Collectors.joining(" ")));
    }

    private static String hmac(byte[] secret, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update((timestamp + ".").getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
