package dev.cordon.payara.http;

import static dev.cordon.payara.http.HttpFaultException.bad;

import dev.cordon.http.Ascii;

/**
 * A request's first line (RFC 9112 §3): method, one space, target, one space, version.
 *
 * @param http11 whether the version is HTTP/1.1; otherwise it is HTTP/1.0
 * @param tunnel whether the client asks for a proxy's tunnel, by the method CONNECT
 */
record RequestLine(boolean http11, boolean tunnel) {
    private static final int VERSION = "HTTP/1.1".length();

    static RequestLine read(byte[] bytes, int from, int to) {
        int method = from;
        while (method < to && bytes[method] != ' ') {
            method++;
        }
        if (!Ascii.token(bytes, from, method)) {
            throw bad("the request must begin with a method");
        }
        int version = to - VERSION;
        if (version - 2 <= method || bytes[version - 1] != ' ' || !version(bytes, version)) {
            throw bad("the first line must be: method, space, target, space, HTTP/1.1");
        }
        boolean http11 = Ascii.is("/1.1", bytes, version + 4, to);
        if (!http11 && !Ascii.is("/1.0", bytes, version + 4, to)) {
            throw new HttpFaultException(505, "the versions spoken here are HTTP/1.1 and HTTP/1.0");
        }
        boolean tunnel = Ascii.is("connect", bytes, from, method);
        if (!tunnel) {
            TargetRule.check(bytes, method + 1, version - 1, Ascii.is("options", bytes, from, method));
        }
        return new RequestLine(http11, tunnel);
    }

    private static boolean version(byte[] bytes, int at) {
        return bytes[at] == 'H'
                && bytes[at + 1] == 'T'
                && bytes[at + 2] == 'T'
                && bytes[at + 3] == 'P'
                && bytes[at + 4] == '/'
                && Ascii.digit(bytes[at + 5])
                && bytes[at + 6] == '.'
                && Ascii.digit(bytes[at + 7]);
    }
}
