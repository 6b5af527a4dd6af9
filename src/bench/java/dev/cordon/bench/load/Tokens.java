package dev.cordon.bench.load;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HS256 tokens for Cordon, each made once and kept, so that signing costs nothing inside a window. */
final class Tokens {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final long LIFE_SECONDS = 3 * 3600L;

    private final Mac mac;
    private final Map<String, String> made = new HashMap<>();

    Tokens(String secret) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime lacks HmacSHA256", e);
        }
    }

    String issue(String user, boolean publisher) {
        return made.computeIfAbsent(publisher ? user + " publisher" : user, key -> sign(user, publisher));
    }

    private String sign(String user, boolean publisher) {
        long now = System.currentTimeMillis() / 1000;
        String claims = "{\"sub\":\"" + user + "\",\"iat\":" + now + ",\"exp\":" + (now + LIFE_SECONDS)
                + (publisher ? ",\"groups\":[\"publisher\"]}" : "}");
        String signed = encode(Text.bytes("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")) + "." + encode(Text.bytes(claims));
        return signed + "." + encode(mac.doFinal(Text.bytes(signed)));
    }

    private static String encode(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }
}
