package dev.cordon.payara.http;

import static dev.cordon.payara.http.HttpFaultException.bad;

import dev.cordon.payara.http.RequestStream.Bounds;

/** Looks for the end of a head, each byte once however they come (RFC 9112 §2.2). Confined to one head. */
final class HeadScan {
    /** Empty lines before a request: some clients send one behind a body. */
    private static final int MAX_EMPTY = 4;

    private int seen;
    private int lineStart;
    private int skipped;
    private boolean inFirstLine = true;

    /** Bytes of empty lines before the head. */
    int skipped() {
        return skipped;
    }

    /**
     * @param from where the bytes begin of which earlier calls have seen a part
     * @return behind the empty line; -1 when it is still to come
     * @throws HttpFaultException when a byte may not stand there, or there are too many
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
                throw bad("the head holds what is not ASCII: percent-encode it");
            }
        }
        seen = to - from;
        return -1;
    }

    /** @return whether the head ends there */
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
