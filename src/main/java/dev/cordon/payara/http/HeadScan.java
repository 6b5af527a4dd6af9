package dev.cordon.payara.http;

import static dev.cordon.payara.http.HttpFaultException.bad;

import dev.cordon.payara.http.RequestStream.Bounds;

/**
 * A scanner for the end of a head (RFC 9112 §2.2). It looks at each byte once, in however many parts the head arrives.
 * Confined to one head.
 */
final class HeadScan {
    /** Most empty lines before a request: some clients send one behind a body. */
    private static final int MAX_EMPTY = 4;

    private int seen;
    private int lineStart;
    private int skipped;
    private boolean inFirstLine = true;

    /** Returns the number of bytes of empty lines before the head. */
    int skipped() {
        return skipped;
    }

    /**
     * Looks for the empty line that ends the head.
     *
     * @param from index of the first byte, the same that earlier calls began with
     * @return index behind the empty line; -1 if the line is still to come
     * @throws HttpFaultException if a byte is forbidden where it stands, the head is too long, or too many empty lines
     *     precede it
     */
    int end(byte[] bytes, int from, int to, Bounds bounds) {
        for (int i = from + seen; i < to; i++) {
            byte b = bytes[i];
            if (i - from - skipped >= bounds.headBytes()) {
                throw tooLong(bounds.headBytes());
            }
            if (b == '\n') {
                if (i == from || bytes[i - 1] != '\r') {
                    throw bad("a line must end with CR LF");
                }
                if (lineEnds(i + 1 - from)) {
                    return i + 1;
                }
            } else if (i > from && bytes[i - 1] == '\r') {
                throw bad("a carriage return must be followed by a line feed");
            } else if ((b >= 0 && b < ' ' && b != '\t' && b != '\r') || b == 0x7F) {
                throw bad("a control character in the head");
            } else if (b < 0 && bounds.ascii()) {
                throw bad("the head has a character that is not ASCII: percent-encode it");
            }
        }
        seen = to - from;
        return -1;
    }

    /** Notes the end of a line. Returns whether the head ends with it. */
    private boolean lineEnds(int next) {
        boolean empty = next - lineStart == 2;
        lineStart = next;
        if (empty && inFirstLine) {
            skipped = next;
            if (skipped > 2 * MAX_EMPTY) {
                throw bad("empty lines instead of a request");
            }
            return false;
        }
        inFirstLine = false;
        return empty;
    }

    private HttpFaultException tooLong(int max) {
        return inFirstLine
                ? new HttpFaultException(414, "the first line is longer than " + max + " bytes")
                : new HttpFaultException(431, "the head is longer than " + max + " bytes");
    }
}
