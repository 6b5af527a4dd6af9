package dev.cordon;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports on loopback for servers that tests and benchmarks start. */
public final class LoopbackPorts {
    /** Below the ports that Linux gives to outgoing connections (32768 and more, as delivered). */
    static final int FIRST = 20_000;

    static final int LAST = 32_767;

    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST, LAST + 1));

    private LoopbackPorts() {}

    /**
     * Returns a port on which nothing listens, another one each time. No connection is given it either before the
     * caller's server listens there: it is none of those that the system hands out.
     */
    public static int free() throws IOException {
        BindException last = null;
        for (int tried = 0; tried < 1_000; tried++) {
            try {
                return bound(NEXT.getAndUpdate(port -> port == LAST ? FIRST : port + 1));
            } catch (BindException e) {
                last = e;
            }
        }
        throw new IOException("none of 1,000 ports from " + FIRST + " to " + LAST + " is free on loopback", last);
    }

    /**
     * Returns the wanted port, or for 0 a free one. A caller that asks here first does not take another server on
     * the port for its own.
     *
     * @param setting the property that says which port, for the message
     * @throws IOException if the port cannot be had, for example because another server listens there
     */
    public static int take(int wanted, String setting) throws IOException {
        if (wanted == 0) {
            return free();
        }
        try {
            return bound(wanted);
        } catch (BindException e) {
            throw new IOException(
                    "port " + wanted + " cannot be had on 127.0.0.1 (" + e.getMessage()
                            + "); choose another one with -D" + setting + ", or leave it out for a free one",
                    e);
        }
    }

    private static int bound(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
