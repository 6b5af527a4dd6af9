package dev.cordon.payara.http;

import static dev.cordon.payara.http.HttpFaultException.bad;

import dev.cordon.http.Ascii;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A state machine that checks a chunked body (RFC 9112 §7.1) as it arrives and writes the form to pass on. That form
 * has no extensions and no trailers: nobody here understands them, and they may be left out (§7.1.1, §7.1.2). Each
 * chunk size has its shortest form. Confined to the connection's reads.
 */
final class ChunkedBody {
    /** Most bytes of all extensions and trailers of a body, together. */
    static final int MAX_REST = 8 * 1024;

    private static final int MAX_DIGITS = 15;

    private enum At {
        SIZE,
        BLANK,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        LAST_LF,
        DONE
    }

    private At at = At.SIZE;
    private long size;
    private int digits;
    private int rest;

    boolean done() {
        return at == At.DONE;
    }

    /**
     * Returns bytes that make the codec reject the body, wherever in the body it is. The codec expects a chunk size
     * next, or the end of a line before one.
     */
    byte[] breaking() {
        return (at == At.DATA_CR || at == At.DATA_LF ? "\r\nx\r\n" : "x\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Checks bytes of the body.
     *
     * @param out gets the bytes to pass on
     * @return index behind the body; {@code to} if the body goes on
     * @throws HttpFaultException if the body is malformed
     */
    int take(byte[] bytes, int from, int to, ByteArrayOutputStream out) {
        int i = from;
        while (i < to && at != At.DONE) {
            if (at == At.DATA) {
                int part = (int) Math.min(size, to - i);
                out.write(bytes, i, part);
                i += part;
                size -= part;
                at = size == 0 ? At.DATA_CR : At.DATA;
            } else {
                at = step(bytes[i++], out);
            }
        }
        return i;
    }

    private At step(byte b, ByteArrayOutputStream out) {
        return switch (at) {
            case SIZE -> size(b);
            case BLANK -> Ascii.blank(b) ? more(At.BLANK) : b == ';' ? more(At.EXTENSION) : fail("a chunk's size");
            case EXTENSION -> b == '\r' ? At.SIZE_LF : text(b) ? more(At.EXTENSION) : fail("a chunk's extension");
            case SIZE_LF -> b == '\n' ? sized(out) : fail("a chunk's size");
            case DATA_CR -> b == '\r' ? At.DATA_LF : fail("the end of a chunk");
            case DATA_LF -> b == '\n' ? next(out) : fail("the end of a chunk");
            case TRAILER -> b == '\r' ? At.LAST_LF : Ascii.token(b) ? more(At.TRAILER_NAME) : fail("a trailer");
            case TRAILER_NAME ->
                b == ':' ? more(At.TRAILER_VALUE) : Ascii.token(b) ? more(At.TRAILER_NAME) : fail("a trailer");
            case TRAILER_VALUE -> b == '\r' ? At.TRAILER_LF : text(b) ? more(At.TRAILER_VALUE) : fail("a trailer");
            case TRAILER_LF -> b == '\n' ? At.TRAILER : fail("a trailer");
            case LAST_LF -> b == '\n' ? last(out) : fail("the end of the body");
            case DATA, DONE -> throw new IllegalStateException();
        };
    }

    private At size(byte b) {
        int value = Ascii.hex(b);
        if (value >= 0) {
            if (++digits > MAX_DIGITS) {
                return fail("a chunk's size");
            }
            size = (size << 4) | value;
            return At.SIZE;
        }
        if (digits == 0) {
            return fail("a chunk's size");
        }
        return b == '\r'
                ? At.SIZE_LF
                : b == ';' ? more(At.EXTENSION) : Ascii.blank(b) ? more(At.BLANK) : fail("a chunk's size");
    }

    /** Ends the line of a size. The last chunk is passed on only when its trailers are known to be well-formed. */
    private At sized(ByteArrayOutputStream out) {
        digits = 0;
        if (size == 0) {
            return At.TRAILER;
        }
        out.writeBytes((Long.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return At.DATA;
    }

    private static At next(ByteArrayOutputStream out) {
        out.write('\r');
        out.write('\n');
        return At.SIZE;
    }

    private static At last(ByteArrayOutputStream out) {
        out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return At.DONE;
    }

    private At more(At then) {
        if (++rest > MAX_REST) {
            throw bad("more than " + MAX_REST + " bytes of extensions and trailers");
        }
        return then;
    }

    private static boolean text(byte b) {
        return b < 0 || (b >= ' ' && b != 0x7F) || b == '\t';
    }

    private static At fail(String where) {
        throw bad("the chunked body is malformed: " + where);
    }
}
