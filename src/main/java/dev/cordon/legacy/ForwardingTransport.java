package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;

/** A transport that passes everything on to another one. */
class ForwardingTransport implements Transport {
    private final Transport wire;

    ForwardingTransport(Transport wire) {
        this.wire = wire;
    }

    @Override
    public void write(Frame frame, Completion completion) {
        wire.write(frame, completion);
    }

    @Override
    public void close(Disconnect disconnect) {
        wire.close(disconnect);
    }

    @Override
    public Encoding encoding() {
        return wire.encoding();
    }

    @Override
    public String name() {
        return wire.name();
    }

    @Override
    public String remoteAddress() {
        return wire.remoteAddress();
    }

    @Override
    public boolean listensOnly() {
        return wire.listensOnly();
    }
}
