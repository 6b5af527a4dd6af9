package dev.cordon.protocol.json;

/** A reader of JSON numbers (RFC 8259 §6). Stateless; any thread. */
final class JsonNumbers {
    /** Most digits of a number. The time to compute with a number grows faster than its length. */
    static final int MAX_DIGITS = 1_000;

    private JsonNumbers() {}

    /**
     * Checks the number that begins at {@code at}.
     *
     * @return offset behind the number
     * @throws InvalidJsonException if the grammar forbids the number, or the number has more than {@value #MAX_DIGITS}
     *     digits
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

    /** Returns the offset behind one digit or more. */
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
     * Returns the value of a whole number.
     *
     * @param from start of a JSON value that the scanner has checked
     * @throws InvalidJsonException if the value is not a whole number, or has more than 64 bits
     */
    static long integer(String name, byte[] source, int from, int to) {
        boolean negative = source[from] == '-';
        // Computed below zero: the least long has no positive counterpart.
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
