package dev.cordon.payara.http;

import static dev.cordon.payara.http.HttpFaultException.bad;

/**
 * The result of checking a request's whole head: where the request ends, and whether another protocol may follow
 * (RFC 9112 §3 to §6). Immutable.
 *
 * @param body kind of body
 * @param length of the body in bytes; 0 if no length is given
 * @param upgrade whether the request offers another protocol, which only HTTP/1.1 may
 */
record RequestHead(Body body, long length, boolean upgrade) {
    /** The kind of body behind a head. */
    enum Body {
        NONE,
        LENGTH,
        CHUNKED
    }

    /** Most digits of a length, so that a long holds it. */
    private static final int MAX_DIGITS = 18;

    /**
     * Reads and checks a head.
     *
     * @param bytes hold the head; tabs around fields' values become spaces in place, because the codec insists on
     *     spaces
     * @param to index behind the head's empty line; each line must end with CR LF and hold no other control character
     *     but tabs
     * @throws HttpFaultException if the request must be rejected
     */
    static RequestHead read(byte[] bytes, int from, int to, int maxFields) {
        int end = line(bytes, from);
        RequestLine first = RequestLine.read(bytes, from, end);
        HeadFields fields = new HeadFields(bytes, maxFields);
        for (int at = end + 2; at < to - 2; at = end + 2) {
            end = line(bytes, at);
            fields.take(at, end);
        }
        fields.checkHost(first.http11());
        if (first.tunnel()) {
            throw new HttpFaultException(501, "this server is no proxy");
        }
        if (fields.codings > 0) {
            coding(fields, first.http11());
            return new RequestHead(Body.CHUNKED, 0, fields.upgrade && first.http11());
        }
        long length = fields.lengths > 0 ? length(fields) : 0;
        return new RequestHead(length > 0 ? Body.LENGTH : Body.NONE, length, fields.upgrade && first.http11());
    }

    /** Returns the index of the CR that ends a line. */
    private static int line(byte[] bytes, int from) {
        int end = from;
        while (bytes[end] != '\r') {
            end++;
        }
        return end;
    }

    /**
     * Checks that Transfer-Encoding is chunked alone (RFC 9112 §6.1, §6.3): otherwise the end of the request is
     * unknown.
     */
    private static void coding(HeadFields fields, boolean http11) {
        if (!http11) {
            throw bad("HTTP/1.0 has no Transfer-Encoding");
        }
        if (fields.lengths > 0) {
            throw bad("Content-Length and Transfer-Encoding exclude each other");
        }
        String coding = fields.coding.strip().toLowerCase(java.util.Locale.ROOT);
        if (fields.codings > 1 || !coding.equals("chunked")) {
            throw fields.codings == 1 && coding.matches("(?!chunked\\b)[!#$%&'*+.^_`|~0-9a-z-]+[ \t]*,[ \t]*chunked")
                    ? new HttpFaultException(501, "the only Transfer-Encoding known here is chunked")
                    : bad("Transfer-Encoding must be chunked, once");
        }
    }

    /** Parses Content-Length (RFC 9110 §8.6). */
    private static long length(HeadFields fields) {
        String digits = fields.length;
        if (fields.lengths > 1) {
            throw bad("Content-Length must be given once");
        }
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw bad("Content-Length must be a number of bytes");
        }
        String significant = digits.replaceFirst("^0+(?=.)", "");
        if (significant.length() > MAX_DIGITS) {
            throw bad("Content-Length is too large");
        }
        return Long.parseLong(significant);
    }
}
