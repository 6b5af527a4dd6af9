package dev.cordon.client;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts HTTP requests together: one command, or a batch of publishes. Stateless. */
final class Requests {
    private static final byte[] BEGIN = ascii("{\"commands\":[");
    private static final byte[] PUBLISH = ascii("{\"publish\":");
    private static final byte[] END = ascii("]}");
    private static final byte[] END_OF_HEAD = ascii("\r\n\r\n");

    private Requests() {}

    static byte[] of(Node node, List<Call<?>> calls) {
        if (calls.size() == 1) {
            Call<?> call = calls.get(0);
            Bytes request = begun(node, CommandWriter.method(call.command()), call.body().length);
            request.add(call.body());
            return request.all;
        }
        // Each publish has a brace behind it, and all but the last a comma.
        int length = BEGIN.length + calls.size() * (PUBLISH.length + 2) - 1 + END.length;
        for (Call<?> call : calls) {
            length += call.body().length;
        }
        Bytes request = begun(node, "batch", length);
        request.add(BEGIN);
        for (int i = 0; i < calls.size(); i++) {
            if (i > 0) {
                request.add((byte) ',');
            }
            request.add(PUBLISH);
            request.add(calls.get(i).body());
            request.add((byte) '}');
        }
        request.add(END);
        return request.all;
    }

    private static Bytes begun(Node node, String method, int length) {
        byte[] head = node.head(method);
        byte[] digits = ascii(Integer.toString(length));
        Bytes request = new Bytes(head.length + digits.length + END_OF_HEAD.length + length);
        request.add(head);
        request.add(digits);
        request.add(END_OF_HEAD);
        return request;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** An array that is filled from its start. */
    private static final class Bytes {
        final byte[] all;
        private int length;

        Bytes(int size) {
            all = new byte[size];
        }

        void add(byte[] more) {
            System.arraycopy(more, 0, all, length, more.length);
            length += more.length;
        }

        void add(byte more) {
            all[length++] = more;
        }
    }
}
