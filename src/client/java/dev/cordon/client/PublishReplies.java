package dev.cordon.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the results of publishes in the spelling of a node, in one pass and without objects for their fields (ADR 0028).
 * In any other spelling, as that of an error, of another version or of a proxy, it reads nothing, and {@link ResultReader}
 * does. Confined to one thread.
 */
final class PublishReplies {
    private static final byte[] BEGIN = ascii("{\"replies\":[");
    private static final byte[] SEPARATOR = ascii(",");
    private static final byte[] END = ascii("]}");
    private static final byte[] OF_BATCH = ascii("{\"publish\":{\"offset\":");
    private static final byte[] ALONE = ascii("{\"result\":{\"offset\":");
    private static final byte[] EPOCH = ascii(",\"epoch\":\"");
    private static final byte[] CONNECTIONS = ascii("\",\"connections\":");
    private static final byte[] CLOSE = ascii("}}");
    /** So many digits fit into a {@code long}, and into an {@code int}. */
    private static final int LONG_DIGITS = 18;

    private static final int INT_DIGITS = 9;
    private static final int NONE = -1;

    private final byte[] answer;
    private int at;

    private PublishReplies(byte[] answer) {
        this.answer = answer;
    }

    /**
     * Reads the answer to publishes that shared a request, or to one alone.
     *
     * @return a result for each; null if the answer has another form
     */
    static @Nullable List<PublishResult> read(byte[] answer, int count) {
        PublishReplies reader = new PublishReplies(answer);
        List<PublishResult> results = count == 1 ? reader.alone() : reader.batch(count);
        return reader.at == answer.length ? results : null;
    }

    private @Nullable List<PublishResult> alone() {
        PublishResult result = result(ALONE);
        return result == null ? null : List.of(result);
    }

    private @Nullable List<PublishResult> batch(int count) {
        List<PublishResult> results = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            PublishResult result = skips(i == 0 ? BEGIN : SEPARATOR) ? result(OF_BATCH) : null;
            if (result == null) {
                return null;
            }
            results.add(result);
        }
        return skips(END) ? results : null;
    }

    private @Nullable PublishResult result(byte[] begin) {
        long offset = skips(begin) ? number(LONG_DIGITS) : NONE;
        if (offset < 0 || !skips(EPOCH)) {
            return null;
        }
        int from = at;
        while (at < answer.length && answer[at] >= ' ' && answer[at] != '"' && answer[at] != '\\') {
            at++;
        }
        // ASCII: the bytes of other characters are negative.
        String epoch = new String(answer, from, at - from, StandardCharsets.ISO_8859_1);
        long connections = skips(CONNECTIONS) ? number(INT_DIGITS) : NONE;
        return connections >= 0 && skips(CLOSE) ? new PublishResult(offset, epoch, (int) connections) : null;
    }

    private boolean skips(byte[] text) {
        int end = at + text.length;
        if (end > answer.length || !Arrays.equals(answer, at, end, text, 0, text.length)) {
            return false;
        }
        at = end;
        return true;
    }

    /** Reads a whole number as JSON has it. {@link #NONE} if there is none, or one of more digits. */
    private long number(int most) {
        int from = at;
        long value = 0;
        while (at < answer.length && answer[at] >= '0' && answer[at] <= '9') {
            if (at - from == most) {
                return NONE;
            }
            value = value * 10 + (answer[at++] - '0');
        }
        boolean number = at > from && (answer[from] != '0' || at - from == 1);
        return number ? value : NONE;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
