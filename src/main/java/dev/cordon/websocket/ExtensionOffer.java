package dev.cordon.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One extension that a client offers in its opening handshake (RFC 6455 §9.1).
 *
 * @param parameters in the client's order, with repetitions
 */
record ExtensionOffer(String name, List<Parameter> parameters) {
    /**
     * A parameter of an offer.
     *
     * @param value without quotation marks; empty if the parameter has none
     */
    record Parameter(String name, Optional<String> value) {}

    ExtensionOffer {
        parameters = List.copyOf(parameters);
    }

    /**
     * Parses the values of {@code Sec-WebSocket-Extensions}.
     *
     * @param fields one value for each field of that name
     * @return the offers in the client's order of preference; empty if a value does not follow the grammar
     */
    static Optional<List<ExtensionOffer>> read(List<String> fields) {
        List<ExtensionOffer> offers = new ArrayList<>();
        for (String field : fields) {
            if (!new Reader(field).addTo(offers)) {
                return Optional.empty();
            }
        }
        return Optional.of(offers);
    }

    /** A reader of one field. Each method returns false, or empty text, where the grammar is broken. */
    private static final class Reader {
        private static final String SEPARATORS = "()<>@,;:\\\"/[]?={} \t";

        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        boolean addTo(List<ExtensionOffer> offers) {
            skipSpace();
            while (at < text.length()) {
                // A list may have empty elements (RFC 9110 §5.6.1).
                if (!skip(',')) {
                    String name = token();
                    List<Parameter> parameters = new ArrayList<>();
                    if (name.isEmpty() || !parameters(parameters)) {
                        return false;
                    }
                    offers.add(new ExtensionOffer(name, parameters));
                    if (at < text.length() && text.charAt(at) != ',') {
                        return false;
                    }
                }
            }
            return true;
        }

        private boolean parameters(List<Parameter> to) {
            while (skip(';')) {
                String name = token();
                if (name.isEmpty()) {
                    return false;
                }
                if (!skip('=')) {
                    to.add(new Parameter(name, Optional.empty()));
                    continue;
                }
                String value = value();
                if (value.isEmpty()) {
                    return false;
                }
                to.add(new Parameter(name, Optional.of(value)));
            }
            return true;
        }

        private String value() {
            return at < text.length() && text.charAt(at) == '"' ? quoted() : token();
        }

        /** A quoted string, whose value must be a token. So a backslash may only stand before a character of one. */
        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    skipSpace();
                    return value.toString();
                }
                if (c == '\\' && ++at < text.length()) {
                    c = text.charAt(at);
                }
                if (!ofToken(c)) {
                    return "";
                }
                value.append(c);
            }
            return "";
        }

        private String token() {
            int from = at;
            while (at < text.length() && ofToken(text.charAt(at))) {
                at++;
            }
            String token = text.substring(from, at);
            skipSpace();
            return token;
        }

        private boolean skip(char c) {
            if (at == text.length() || text.charAt(at) != c) {
                return false;
            }
            at++;
            skipSpace();
            return true;
        }

        private void skipSpace() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }

        private static boolean ofToken(char c) {
            return c > ' ' && c <= '~' && SEPARATORS.indexOf(c) < 0;
        }
    }
}
