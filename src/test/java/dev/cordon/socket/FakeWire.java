package dev.cordon.socket;

import dev.cordon.manager.Transport.Completion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A wire that notes what happens; stalled, it takes nothing until told. */
final class FakeWire implements Wire {
    final List<byte[]> written = new ArrayList<>();
    final List<String> ends = new ArrayList<>();
    boolean stalled;
    private @Nullable Completion waiting;

    @Override
    public void write(Outgoing frame, Completion done) {
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

    /** Takes the write that waits, and what is written then. */
    void take() {
        stalled = false;
        Completion done = waiting;
        waiting = null;
        if (done != null) {
            done.written();
        }
    }

    void fail() {
        Completion done = waiting;
        waiting = null;
        if (done != null) {
            done.failed(new IOException("reset"));
        }
    }

    /** The close code that was written, 0 when none was. */
    int closeCode() {
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
