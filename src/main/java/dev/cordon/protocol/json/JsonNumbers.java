package dev.cordon.protocol.json;

/** Numbers as they stand in JSON (RFC 8259 §6). */
final class JsonNumbers {
    /** Most digits of a number: whoever computes with it spends time that grows faster than its length. */
    static final int MAX_DIGITS = 1_000;

    private JsonNumbers() {}

    /**
     * Checks a number that begins at {@code at}.
     *
     * @return where it ends
     */
    static int end(byte[] source, int at, int to) {
        int sign = at < to && source[at] == '-' ? 1 : 0;
        int from = at + sign;
        int end = from < to && source[from] == '0' ? from + 1 : digitsEnd(source, from, to);
        int digits = end - from;
        if (end < to && source[end] == '.') {
            from = end + 1;
            end = digitsEnd(source, from, to);
            digits += end - from;
        }
        if (end < to && (source[end] == 'e' || source[end] == 'E')) {
            from = end + 1;
            if (from < to && (source[from] == '+' || source[from] == '-')) {
                from++;
            }
            end = digitsEnd(source, from, to);
            digits += end - from;
        }
        if (digits > MAX_DIGITS) {
            throw JsonScanner.malformed();
        }
        return end;
    }

    /** Behind one digit or more. */
    private static int digitsEnd(byte[] source, int from, int to) {
        int end = from;
        while (end < to && source[end] >= '0' && source[end] <= '9') {
            end++;
        }
        if (end == from) {
            throw JsonScanner.malformed();
        }
        return end;
    }

    /**
     * The value of a checked JSON value that is a whole number.
     *
     * @throws InvalidJsonException if it is none, or has more than 64 bits
     */
    static long integer(String name, byte[] source, int from, int to) {
        boolean negative = source[from] == '-';
        // Gathered below zero, where there is room for one more.
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            int digit = source[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new InvalidJsonException(name + " must be a whole number");
            }
            if (value < (Long.MIN_VALUE + digit) / 10) {
                throw tooLarge(name);
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw tooLarge(name);
        }
        return negative ? value : -value;
    }

    private static InvalidJsonException tooLarge(String name) {
        return new InvalidJsonException(name + " must be a whole number of 64 bits");
    }
}
