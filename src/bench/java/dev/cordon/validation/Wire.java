package dev.cordon.validation;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A socket that takes everything and looks at each message: is it for my user, and does it come after the last? One write at a time,
 * as {@link Transport} promises. Users' names here need no escaping in JSON.
 */
final class Wire implements Transport {
    private static final byte[] PUSH = bytes("{\"push\":{\"channel\":");

    private final Ledger ledger;
    private final byte[] mine;
    private long last;
    private volatile long startedAt;

    Wire(UserId user, Ledger ledger) {
        this.ledger = ledger;
        this.mine = bytes("{\"push\":{\"channel\":\"" + Channel.personal(user).name() + "\",\"pub\":{\"offset\":");
    }

    /** Notes when the next message was accepted, or was due; 0 records none. */
    void starts(long nanos) {
        startedAt = nanos;
    }

    @Override
    public void write(Frame frame, Completion completion) {
        long start = startedAt;
        if (start != 0) {
            ledger.took(System.nanoTime() - start);
        }
        byte[] bytes = frame.toByteArray();
        look(bytes, bytes.length);
        completion.written();
    }

    private void look(byte[] buffer, int size) {
        int from = 0;
        while (from < size) {
            int end = from;
            while (end < size && buffer[end] != '\n') {
                end++;
            }
            if (starts(buffer, from, end, PUSH)) {
                push(buffer, from, end);
            }
            from = end + 1;
        }
    }

    private void push(byte[] buffer, int from, int end) {
        ledger.received.increment();
        if (!starts(buffer, from, end, mine)) {
            ledger.foreign.increment();
            return;
        }
        long offset = 0;
        for (int i = from + mine.length; i < end && buffer[i] != ','; i++) {
            offset = offset * 10 + (buffer[i] - '0');
        }
        if (offset <= last) {
            ledger.disorder.increment();
        }
        last = offset;
    }

    private static boolean starts(byte[] buffer, int from, int end, byte[] with) {
        return end - from >= with.length && Arrays.equals(buffer, from, from + with.length, with, 0, with.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close(Disconnect disconnect) {
        // There is no socket.
    }

    @Override
    public String remoteAddress() {
        return "nowhere";
    }
}
