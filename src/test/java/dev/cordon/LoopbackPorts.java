package dev.cordon;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports on loopback for servers that tests and benchmarks start. */
public final class LoopbackPorts {
    private LoopbackPorts() {}

    /** One that nobody listens on, of the system's choice. */
    public static int free() throws IOException {
        return bound(0);
    }

    /**
     * The wanted port, or for 0 a free one. Whoever asks here before starting a server does not take one that
     * stands there already for its own.
     *
     * @param setting the property that says which port, for the message
     * @throws IOException if it cannot be had, as when somebody listens there already
     */
    public static int take(int wanted, String setting) throws IOException {
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
