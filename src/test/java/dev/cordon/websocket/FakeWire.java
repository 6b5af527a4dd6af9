package dev.cordon.websocket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A wire that records what is written; while stalled, it completes no write until {@link #take}. */
public final class FakeWire implements Wire {
    public final List<byte[]> written = new ArrayList<>();
    public final List<String> ends = new ArrayList<>();
    public boolean stalled;
    private @Nullable Completion waiting;

    @Override
    public void write(ServerFrame frame, Completion done) {
        byte[] bytes = frame.toBytes();
        if (waiting != null) {
            throw new IllegalStateException("two writes under way");
        }
        written.add(bytes);
        if (stalled) {
            waiting = done;
        } else {
            done.written();
        }
    }

    /** Completes the waiting write and those that follow from it. */
    public void take() {
        stalled = false;
        Completion done = waiting;
        waiting = null;
        if (done != null) {
            done.written();
        }
    }

    public void fail() {
        Completion done = waiting;
        waiting = null;
        if (done != null) {
            done.failed(new IOException("reset"));
        }
    }

    /** The reason in the close frame that was written; empty when none was. */
    public String closeReason() {
        return written.stream()
                .filter(frame -> frame[0] == (byte) 0x88)
                .map(frame -> new String(frame, 4, frame.length - 4, StandardCharsets.UTF_8))
                .findFirst()
                .orElse("");
    }

    /** The close code that was written, 0 when none was. */
    public int closeCode() {
        return written.stream()
                .filter(frame -> frame[0] == (byte) 0x88)
                .mapToInt(frame -> ((frame[2] & 0xFF) << 8) | (frame[3] & 0xFF))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void finish() {
        ends.add("finish");
    }

    @Override
    public void close() {
        ends.add("close");
    }

    @Override
    public void abort() {
        ends.add("abort");
    }
}
