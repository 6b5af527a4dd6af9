package dev.cordon.gateway;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire that keeps what was written to it, message by message, and takes each frame at once. */
public final class FakeTransport implements Transport {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<Disconnect> closes = new CopyOnWriteArrayList<>();
    private final AtomicInteger writes = new AtomicInteger();
    private volatile boolean stalled;

    /** From now on writes never end. */
    public void stall() {
        stalled = true;
    }

    public List<String> messages() {
        return messages;
    }

    public int writes() {
        return writes.get();
    }

    public List<Disconnect> closes() {
        return closes;
    }

    @Override
    public void write(Frame frame, Completion completion) {
        writes.incrementAndGet();
        messages.addAll(List.of(frame.text().split("\n", -1)));
        if (!stalled) {
            completion.written();
        }
    }

    @Override
    public void close(Disconnect disconnect) {
        closes.add(disconnect);
    }

    @Override
    public String remoteAddress() {
        return "192.0.2.1";
    }
}
