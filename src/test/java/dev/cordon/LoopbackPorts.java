package dev.cordon;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports on loopback for servers that tests and benchmarks start. */
public final class LoopbackPorts {
    private LoopbackPorts() {}

    /** Returns a free port of the system's choice. */
    public static int free() throws IOException {
        return bound(0);
    }

    /**
     * Returns the wanted port, or for 0 a free one. A caller that asks here first does not take another server on
     * the port for its own.
     *
     * @param setting the property that says which port, for the message
     * @throws IOException if the port cannot be had, for example because another server listens there
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
