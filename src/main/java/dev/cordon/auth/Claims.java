package dev.cordon.auth;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.cordon.auth.InvalidTokenException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims of a token, with typed access. An absent claim is empty. A claim of another type, also null, makes the
 * token invalid.
 */
final class Claims {
    /** Last second of the year 9999. Later times would overflow in other code. */
    private static final double LAST_SECOND = 253_402_300_799.0;

    private final Map<String, Object> values;

    private Claims(Map<String, Object> values) {
        this.values = values;
    }

    static Claims of(CompactToken token) {
        try {
            // Strict decoding: replacement characters would make two malformed subjects equal.
            String json = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(token.payload()))
                    .toString();
            Map<String, Object> values = JSONObjectUtils.parse(json);
            if (values == null) { // the parser's result for the text "null"
                throw rejected("the claims are not a JSON object in UTF-8");
            }
            return new Claims(values);
        } catch (CharacterCodingException | ParseException e) {
            throw rejected("the claims are not a JSON object in UTF-8");
        }
    }

    boolean isText(String name) {
        return values.get(name) instanceof String;
    }

    Optional<String> text(String name) {
        if (!values.containsKey(name)) {
            return Optional.empty();
        }
        if (values.get(name) instanceof String text) {
            return Optional.of(text);
        }
        throw rejected(name + " is not a string");
    }

    List<String> texts(String name) {
        if (!values.containsKey(name)) {
            return List.of();
        }
        if (values.get(name) instanceof List<?> entries) {
            return texts(name, entries);
        }
        throw rejected(name + " is not an array of strings");
    }

    /** Returns a NumericDate (RFC 7519 §2): seconds since 1970, with fractions, up to the year 9999. */
    Optional<Instant> time(String name) {
        if (!values.containsKey(name)) {
            return Optional.empty();
        }
        if (values.get(name) instanceof Number number) {
            double seconds = number.doubleValue();
            if (seconds > LAST_SECOND) {
                throw rejected(name + " is beyond the year 9999: it must be seconds since 1970, not milliseconds");
            }
            if (seconds >= 0) {
                return Optional.of(Instant.ofEpochMilli(Math.round(seconds * 1000)));
            }
        }
        throw rejected(name + " is not a number of seconds since 1970");
    }

    static InvalidTokenException rejected(String why) {
        return new InvalidTokenException(Reason.INVALID, why);
    }

    private static List<String> texts(String name, List<?> entries) {
        List<String> texts = new ArrayList<>(entries.size());
        for (Object entry : entries) {
            if (!(entry instanceof String text)) {
                throw rejected(name + " is not an array of strings");
            }
            texts.add(text);
        }
        return texts;
    }
}
