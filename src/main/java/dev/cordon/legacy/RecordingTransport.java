package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A transport that passes everything on, and tells of each payload that was written. Thread-safe as the one below it. */
final class RecordingTransport extends ForwardingTransport {
    private final Transport wire;
    private final Function<Frame, List<String>> payloads;
    private final Consumer<String> written;
    private final Runnable closed;

    /** @param closed runs before the transport closes; must not wait */
    RecordingTransport(
            Transport wire, Function<Frame, List<String>> payloads, Consumer<String> written, Runnable closed) {
        super(wire);
        this.wire = wire;
        this.payloads = payloads;
        this.written = written;
        this.closed = closed;
    }

    @Override
    public void write(Frame frame, Completion completion) {
        wire.write(frame, new Completion() {
            @Override
            public void written() {
                payloads.apply(frame).forEach(written);
                completion.written();
            }

            @Override
            public void failed(Throwable cause) {
                completion.failed(cause);
            }
        });
    }

    @Override
    public void close(Disconnect disconnect) {
        closed.run();
        super.close(disconnect);
    }
}
