package dev.cordon.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The query parameters of a request's URL. Servlet's own {@code getParameter} would also read a form from the body, and
 * wait for it.
 *
 * @param text the query as it was sent; empty if the URL has none
 */
public record Query(String text) {
    public static Query of(HttpServletRequest request) {
        String sent = request.getQueryString();
        return new Query(sent == null ? "" : sent);
    }

    /** The first value of this name; empty if there is none or its encoding is invalid. */
    public Optional<String> value(String name) {
        for (String pair : text.split("&", -1)) {
            int sign = pair.indexOf('=');
            String left = sign < 0 ? pair : pair.substring(0, sign);
            if (decoded(left).filter(name::equals).isPresent()) {
                return sign < 0 ? Optional.of("") : decoded(pair.substring(sign + 1));
            }
        }
        return Optional.empty();
    }

    /** The names of all parameters, in order; without those whose encoding is invalid. */
    public List<String> names() {
        return Arrays.stream(text.split("&", -1))
                .filter(pair -> !pair.isEmpty())
                .flatMap(pair -> decoded(pair.replaceFirst("=.*", "")).stream())
                .toList();
    }

    private static Optional<String> decoded(String text) {
        try {
            return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
