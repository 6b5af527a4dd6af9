package dev.cordon.auth;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.cordon.auth.InvalidTokenException.Reason;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A token in JWS compact serialisation (RFC 7515 §7.1), parsed strictly and not yet verified. Immutable. */
final class CompactToken {
    /** Longest token that the parser accepts, in characters. */
    static final int MAX_LENGTH = 8 * 1024;

    /**
     * Most parsed headers in the cache. All tokens of an issuer have the same header while the issuer keeps its key. A
     * new header clears a full cache: else the headers of former keys would fill it for good.
     */
    static final int MAX_HEADERS = 64;

    private static final Map<String, JWSHeader> HEADERS = new ConcurrentHashMap<>();

    /** Header of the token. The verifier trusts only its algorithm and its key id. */
    final JWSHeader header;

    final Base64URL signature;
    private final String token;
    private final int payload;
    private final int end;

    private CompactToken(String token, int payload, int end, JWSHeader header, Base64URL signature) {
        this.token = token;
        this.payload = payload;
        this.end = end;
        this.header = header;
        this.signature = signature;
    }

    static CompactToken parse(String token) {
        if (token.length() > MAX_LENGTH) {
            throw rejected("the token is longer than " + MAX_LENGTH + " characters");
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (!letters(token, 0, first)
                || !letters(token, first + 1, second)
                || !letters(token, second + 1, token.length())) {
            throw rejected(
                    second == token.length() - 1 && first < second
                            ? "the token has no signature"
                            : "the token is not a JWT: header.payload.signature in base64url");
        }
        JWSHeader header = header(token.substring(0, first));
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw rejected("the token's header requires an extension");
        }
        if (!canonical(token, second + 1)) {
            throw rejected("the token's signature is not canonical base64");
        }
        return new CompactToken(token, first + 1, second, header, new Base64URL(token.substring(second + 1)));
    }

    /**
     * Adds the header to the cache. Call only after the signature is verified: unverified headers must not fill the
     * cache.
     */
    void proven() {
        String encoded = token.substring(0, payload - 1);
        if (HEADERS.containsKey(encoded)) {
            return;
        }
        if (HEADERS.size() >= MAX_HEADERS) {
            HEADERS.clear();
        }
        HEADERS.put(encoded, header);
    }

    /** Returns the signed bytes: header and payload as encoded in the token (RFC 7515 §5.2). */
    byte[] signingInput() {
        return token.substring(0, end).getBytes(StandardCharsets.US_ASCII);
    }

    byte[] payload() {
        return new Base64URL(token.substring(payload, end)).decode();
    }

    /** Returns true if the range is not empty and has characters of base64url only. */
    private static boolean letters(String token, int from, int to) {
        for (int at = from; at < to; at++) {
            if (!letter(token.charAt(at))) {
                return false;
            }
        }
        return from < to;
    }

    private static boolean letter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static JWSHeader header(String encoded) {
        JWSHeader known = HEADERS.get(encoded);
        if (known != null) {
            return known;
        }
        try {
            return JWSHeader.parse(new Base64URL(encoded));
        } catch (ParseException | RuntimeException e) {
            // RuntimeException: for the header "null" Nimbus's parser throws a NullPointerException.
            // No cause: its message may quote the token.
            throw rejected(
                    unsigned(encoded)
                            ? "alg none is not accepted: sign the token"
                            : "the token's header cannot be read or names no alg");
        }
    }

    private static boolean unsigned(String header) {
        try {
            Map<String, Object> fields = JSONObjectUtils.parse(new Base64URL(header).decodeToString());
            return fields != null && fields.get("alg") instanceof String alg && alg.equalsIgnoreCase("none");
        } catch (ParseException | RuntimeException e) {
            return false;
        }
    }

    /** Checks that the unused bits of the last character are 0. Otherwise one token would have several spellings. */
    private static boolean canonical(String token, int from) {
        int last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                .indexOf(token.charAt(token.length() - 1));
        return switch ((token.length() - from) % 4) {
            case 0 -> true;
            case 2 -> (last & 0xF) == 0;
            case 3 -> (last & 0x3) == 0;
            default -> false;
        };
    }

    private static InvalidTokenException rejected(String why) {
        return new InvalidTokenException(Reason.INVALID, why);
    }
}
