package dev.cordon.auth;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64URL;
import dev.cordon.auth.InvalidTokenException.Reason;
import java.text.ParseException;
import java.util.regex.Pattern;

/** The outer form of a token: JWS compact serialisation (RFC 7515 §7.1), read strictly. Stateless. */
final class CompactToken {
    /** Longest token that is looked at, in characters. */
    static final int MAX_LENGTH = 8 * 1024;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

    private CompactToken() {}

    static JWSObject parse(String token) {
        if (token.length() > MAX_LENGTH) {
            throw refused("the token is longer than " + MAX_LENGTH + " characters");
        }
        if (!FORM.matcher(token).matches()) {
            throw refused("the token is not a signed JWT");
        }
        JWSObject parsed = decoded(token);
        JWSHeader header = parsed.getHeader();
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw refused("the token's header asks for an extension");
        }
        if (!canonical(parsed.getSignature())) {
            throw refused("the token's signature is not canonical base64");
        }
        return parsed;
    }

    private static JWSObject decoded(String token) {
        try {
            return JWSObject.parse(token);
        } catch (ParseException | RuntimeException e) {
            // The parser is a foreign one fed by strangers: the header "null" makes it throw a NullPointerException.
            // Without the cause: its message may quote the token.
            throw refused("the token's header cannot be read or names no usable algorithm");
        }
    }

    /** Spare bits in the last character would give one token many spellings. */
    private static boolean canonical(Base64URL signature) {
        return Base64URL.encode(signature.decode()).equals(signature);
    }

    private static InvalidTokenException refused(String why) {
        return new InvalidTokenException(Reason.INVALID, why);
    }
}
