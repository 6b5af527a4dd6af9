package dev.cordon.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A reader of HTTP/1.1 answers (RFC 9112), stricter than the RFC: an answer that could be read in two ways is none. One
 * answer at a time. Bounds: {@value #MAX_HEAD} bytes and {@value #MAX_FIELDS} fields of a head, {@value #MAX_BODY} bytes
 * of a body. Confined to the thread of its connection.
 */
final class AnswerReader {
    static final int MAX_HEAD = 16 * 1024;
    static final int MAX_FIELDS = 100;
    static final int MAX_BODY = 32 * 1024 * 1024;

    private static final int MAX_INTERIM = 4;
    private static final int NONE = -1;
    private static final long MAX_RETRY_AFTER = 30;

    private final InputStream in;
    private byte[] buffer = new byte[MAX_HEAD];
    private int from;
    private int to;
    private boolean begun;

    AnswerReader(InputStream in) {
        this.in = in;
    }

    /** Returns true if a byte of the last answer has come. */
    boolean begun() {
        return begun;
    }

    /** What a head says. */
    private static final class Head {
        int status;
        boolean keepsAlive;
        int length = NONE;
        boolean chunked;
        long retryAfterNanos = NONE;
    }

    /** @throws IOException if the connection ends or fails before the end of the answer, or the answer is not valid */
    Answer read() throws IOException {
        begun = false;
        Head head = head();
        for (int interim = 0; head.status < 200; interim++) {
            if (head.status == 101 || interim == MAX_INTERIM) {
                throw new IOException("the answer is not one to a POST: status " + head.status);
            }
            head = head();
        }
        byte[] body = body(head);
        boolean ended = from == to;
        from = 0;
        to = 0;
        return new Answer(head.status, body, head.retryAfterNanos, head.keepsAlive && ended);
    }

    private byte[] body(Head head) throws IOException {
        if (head.status == 204 || head.status == 304) {
            return new byte[0];
        }
        if (head.chunked) {
            return chunks();
        }
        if (head.length == NONE) {
            // It ends with its connection: nobody can tell a half one from a whole one.
            head.keepsAlive = false;
            return new byte[0];
        }
        byte[] body = new byte[head.length];
        int have = Math.min(head.length, to - from);
        System.arraycopy(buffer, from, body, 0, have);
        from += have;
        while (have < body.length) {
            int count = in.read(body, have, body.length - have);
            if (count < 0) {
                throw new EOFException("the connection ended in the answer");
            }
            have += count;
        }
        return body;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int left = chunk(); left > 0; left = chunk()) {
            if (body.size() + left > MAX_BODY) {
                throw tooLong();
            }
            while (left > 0) {
                if (from == to) {
                    fill();
                }
                int have = Math.min(left, to - from);
                body.write(buffer, from, have);
                from += have;
                left -= have;
            }
            if (!line().isEmpty()) {
                throw invalid("a chunk is longer than it says");
            }
        }
        for (int trailers = 0; !line().isEmpty(); trailers++) {
            if (trailers == MAX_FIELDS) {
                throw invalid("too many trailers");
            }
        }
        return body.toByteArray();
    }

    private int chunk() throws IOException {
        String line = line();
        int end = line.indexOf(';');
        String size = (end < 0 ? line : line.substring(0, end)).strip();
        if (size.isEmpty() || size.length() > 7 || !size.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw invalid("the length of a chunk is not a number");
        }
        return Integer.parseInt(size, 16);
    }

    private Head head() throws IOException {
        Head head = new Head();
        status(line(), head);
        int start = MAX_HEAD;
        int fields = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            start -= line.length();
            if (++fields > MAX_FIELDS || start < 0) {
                throw invalid("its head is too long");
            }
            field(line, head);
        }
        if (head.chunked && head.length != NONE) {
            throw invalid("it has two lengths");
        }
        return head;
    }

    private static void status(String line, Head head) throws IOException {
        boolean plain = line.length() >= 12
                && (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
                && (line.length() == 12 || line.charAt(12) == ' ');
        int status = plain ? number(line.substring(9, 12)) : NONE;
        if (status < 100 || status > 599) {
            throw invalid("it does not begin as one of HTTP/1.1");
        }
        head.status = status;
        head.keepsAlive = line.charAt(7) == '1';
    }

    private static void field(String line, Head head) throws IOException {
        int colon = line.indexOf(':');
        if (!name(line, colon)) {
            throw invalid("its head has a line that is no field");
        }
        if (named(line, colon, "content-length")) {
            int length = number(value(line, colon));
            if (head.length != NONE || length == NONE || length > MAX_BODY) {
                throw length > MAX_BODY ? tooLong() : invalid("its length is not a number");
            }
            head.length = length;
        } else if (named(line, colon, "transfer-encoding")) {
            if (head.chunked || !value(line, colon).equalsIgnoreCase("chunked")) {
                throw invalid("its transfer coding is not known");
            }
            head.chunked = true;
        } else if (named(line, colon, "connection")) {
            if (value(line, colon).toLowerCase(Locale.ROOT).contains("close")) {
                head.keepsAlive = false;
            }
        } else if (named(line, colon, "retry-after")) {
            head.retryAfterNanos = retryAfter(value(line, colon));
        }
    }

    /** Whether what is before the colon may be the name of a field. */
    private static boolean name(String line, int colon) {
        for (int i = 0; i < colon; i++) {
            if (!token(line.charAt(i))) {
                return false;
            }
        }
        return colon > 0;
    }

    private static boolean named(String line, int colon, String name) {
        return colon == name.length() && line.regionMatches(true, 0, name, 0, colon);
    }

    private static String value(String line, int colon) {
        return line.substring(colon + 1).strip();
    }

    /** Returns {@link #NONE} for anything but up to nine digits. */
    private static int number(String digits) {
        boolean number = !digits.isEmpty() && digits.length() <= 9;
        for (int i = 0; number && i < digits.length(); i++) {
            number = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        return number ? Integer.parseInt(digits) : NONE;
    }

    /** Seconds or a date (RFC 9110 §10.2.3); anything else counts as absent. */
    private static long retryAfter(String value) {
        long seconds = number(value);
        if (seconds == NONE) {
            try {
                Instant at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
                seconds = Math.max(0, at.getEpochSecond() - Instant.now().getEpochSecond());
            } catch (DateTimeException e) {
                return NONE;
            }
        }
        return TimeUnit.SECONDS.toNanos(Math.min(seconds, MAX_RETRY_AFTER));
    }

    /** RFC 9110 §5.6.2. */
    private static boolean token(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || "!#$%&'*+.^_`|~".indexOf(c) >= 0;
    }

    /** Reads a line up to CR LF. */
    private String line() throws IOException {
        int at = from;
        while (true) {
            if (at == to) {
                int read = at - from;
                fill();
                at = from + read;
            }
            byte b = buffer[at++];
            if (b == '\n') {
                if (at - from < 2 || buffer[at - 2] != '\r') {
                    throw invalid("a line ends without CR");
                }
                String line = new String(buffer, from, at - from - 2, StandardCharsets.ISO_8859_1);
                from = at;
                if (line.indexOf('\r') >= 0 || line.indexOf('\0') >= 0) {
                    throw invalid("a line has a control character");
                }
                return line;
            }
        }
    }

    /** Reads more behind what is there. */
    private void fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == buffer.length) {
            throw invalid("a line is too long");
        }
        int count = in.read(buffer, to, buffer.length - to);
        if (count < 0) {
            throw new EOFException("the connection ended " + (to == 0 ? "without an answer" : "in the answer"));
        }
        to += count;
        begun = true;
    }

    private static IOException tooLong() {
        return invalid("it has more than " + MAX_BODY + " bytes");
    }

    private static IOException invalid(String why) {
        return new IOException("the answer cannot be read: " + why);
    }
}
