package dev.cordon.validation;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import java.util.concurrent.CompletableFuture;

/** A wire that holds a lock of all wires until its write has ended: the fault of a shared lock, seeded. */
record LockedWire(Transport wire, Object lock) implements Transport {
    @Override
    public void write(Frame frame, Completion completion) {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        synchronized (lock) {
            wire.write(frame, new Completion() {
                @Override
                public void written() {
                    ended.complete(true);
                }

                @Override
                public void failed(Throwable cause) {
                    ended.complete(false);
                }
            });
            if (ended.join()) {
                completion.written();
                return;
            }
        }
        completion.failed(new IllegalStateException("the write failed"));
    }

    @Override
    public void close(Disconnect disconnect) {
        wire.close(disconnect);
    }

    @Override
    public String remoteAddress() {
        return wire.remoteAddress();
    }
}
