package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Frame;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A transport for clients that know nothing of Cordon's protocol: each payload is one text message, and the server's
 * ping becomes one of RFC 6455. Thread-safe as the transport below it is.
 */
final class BareTransport extends ForwardingTransport {
    private final Transport wire;
    private final Runnable ping;

    /** @param ping pings the peer; must neither wait nor throw */
    BareTransport(Transport wire, Runnable ping) {
        super(wire);
        this.wire = wire;
        this.ping = ping;
    }

    @Override
    public void write(Frame frame, Completion completion) {
        List<String> payloads = Pushes.payloads(frame);
        if (payloads.isEmpty()) {
            ping.run();
            completion.written();
        } else {
            new Chain(payloads.iterator(), completion).next();
        }
    }

    /** The payloads of one frame, written one after the other. A loop, because each write may end within its call. */
    private final class Chain implements Completion {
        private final Iterator<String> rest;
        private final Completion whole;
        private final AtomicInteger due = new AtomicInteger();

        Chain(Iterator<String> rest, Completion whole) {
            this.rest = rest;
            this.whole = whole;
        }

        void next() {
            if (due.getAndIncrement() > 0) {
                return;
            }
            do {
                if (!rest.hasNext()) {
                    whole.written();
                    return;
                }
                wire.write(Frame.of(rest.next()), this);
            } while (due.decrementAndGet() > 0);
        }

        @Override
        public void written() {
            next();
        }

        @Override
        public void failed(Throwable cause) {
            whole.failed(cause);
        }
    }
}
