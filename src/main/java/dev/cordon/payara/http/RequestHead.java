package dev.cordon.payara.http;

import static dev.cordon.payara.http.HttpFaultException.bad;

/**
 * What the whole head of a request says of where the request ends and of whether it may be served (RFC 9112 §3 to §6). Immutable.
 *
 * @param body what follows
 * @param length of the body in bytes, where one is told
 * @param upgrade whether another protocol may follow
 */
record RequestHead(Body body, long length, boolean upgrade) {
    /** What comes behind the head. */
    enum Body {
        NONE,
        LENGTH,
        CHUNKED
    }

    /** Digits of a length that a long holds. */
    private static final int MAX_DIGITS = 18;

    /**
     * @param bytes where it stands; blanks around fields' values that are tabs become spaces, which the codec insists on
     * @param to behind its empty line; each line is known to end with CR LF, and to hold no other control character but tabs
     * @throws HttpFaultException when it must be rejected
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

    /** Where a line ends. */
    private static int line(byte[] bytes, int from) {
        int end = from;
        while (bytes[end] != '\r') {
            end++;
        }
        return end;
    }

    /** RFC 9112 §6.1, §6.3: chunked alone, or nobody knows where the request ends. */
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

    /** RFC 9110 §8.6. */
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
            throw bad("Content-Length is beyond any body");
        }
        return Long.parseLong(significant);
    }
}
