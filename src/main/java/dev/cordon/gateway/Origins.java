package dev.cordon.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The origins whose pages may connect: the server's own and those configured. Scheme, host and port must be equal. A
 * handshake without an Origin passes (ADR 0002): it comes from no browser, and no cookie authenticates anybody.
 *
 * @param allowed {@code cordon.allowed-origins}, each {@code scheme://host[:port]}; {@code *} allows every page
 */
record Origins(Set<String> allowed) {
    Origins {
        allowed = Set.copyOf(
                allowed.stream().map(o -> o.equals("*") ? o : canonical(o)).toList());
    }

    /**
     * @param origin the Origin header, if any
     * @param self scheme, host and port to which the handshake was sent
     */
    boolean permits(Optional<String> origin, String self) {
        if (origin.isEmpty() || allowed.contains("*")) {
            return true;
        }
        try {
            String given = canonical(origin.get());
            return allowed.contains(given) || given.equals(canonical(self));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** @throws IllegalArgumentException if the text is not an origin */
    static String canonical(String origin) {
        try {
            URI uri = new URI(origin);
            String scheme = uri.getScheme();
            if (scheme == null || uri.getHost() == null || !bare(uri)) {
                throw new IllegalArgumentException("not an origin (scheme://host[:port]): " + origin);
            }
            int port = uri.getPort() >= 0 ? uri.getPort() : defaultPort(scheme);
            return (scheme + "://" + uri.getHost() + ":" + port).toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not an origin (scheme://host[:port]): " + origin, e);
        }
    }

    private static boolean bare(URI uri) {
        return uri.getRawPath().isEmpty()
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && uri.getRawUserInfo() == null;
    }

    private static int defaultPort(String scheme) {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> -1;
        };
    }
}
