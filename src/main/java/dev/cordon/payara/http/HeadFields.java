package dev.cordon.payara.http;

import static dev.cordon.payara.http.HttpFaultException.bad;

import dev.cordon.http.Ascii;

/**
 * A reader of a head's fields (RFC 9112 §5). It checks each field and notes those that tell where the request ends and
 * which host it is for. Confined to the reading of one head.
 */
final class HeadFields {
    private final byte[] bytes;
    private final int max;
    private int count;
    private int hosts;
    int lengths;
    String length = "";
    int codings;
    String coding = "";
    boolean upgrade;

    HeadFields(byte[] bytes, int max) {
        this.bytes = bytes;
        this.max = max;
    }

    /** Reads one field line without its CR LF. Blanks around the value become spaces in place. */
    void take(int from, int to) {
        if (Ascii.blank(bytes[from])) {
            throw bad("a field goes on in the next line: fields must not be folded");
        }
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        if (colon == to || !Ascii.token(bytes, from, colon)) {
            throw bad("a field must be: name, colon, value, with no blank before the colon");
        }
        if (++count > max) {
            throw new HttpFaultException(431, "more than " + max + " fields");
        }
        int start = colon + 1;
        int end = to;
        while (start < end && Ascii.blank(bytes[start])) {
            bytes[start++] = ' ';
        }
        while (end > start && Ascii.blank(bytes[end - 1])) {
            bytes[--end] = ' ';
        }
        field(from, colon, start, end);
    }

    private void field(int name, int colon, int from, int to) {
        if (Ascii.is("host", bytes, name, colon)) {
            if (++hosts > 1) {
                throw bad("Host must be given once");
            }
            if (!HostRule.valid(bytes, from, to)) {
                throw bad("Host must be a name or address, with a port or without");
            }
        } else if (Ascii.is("content-length", bytes, name, colon)) {
            lengths++;
            length = Ascii.text(bytes, from, to);
        } else if (Ascii.is("transfer-encoding", bytes, name, colon)) {
            codings++;
            coding = Ascii.text(bytes, from, to);
        } else if (Ascii.is("upgrade", bytes, name, colon)) {
            upgrade = true;
        } else if (Ascii.is("expect", bytes, name, colon) && !Ascii.is("100-continue", bytes, from, to)) {
            throw new HttpFaultException(417, "the only expectation known here is 100-continue");
        }
    }

    void checkHost(boolean needed) {
        if (needed && hosts == 0) {
            throw bad("Host is missing");
        }
    }
}
