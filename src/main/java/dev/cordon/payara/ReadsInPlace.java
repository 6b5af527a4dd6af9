package dev.cordon.payara;

import java.io.IOException;
import java.util.concurrent.Executor;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.IOStrategy;
import org.glassfish.grizzly.Transport;
import org.glassfish.grizzly.nio.NIOConnection;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;

/**
 * A listener's I/O strategy that reads a connection on the thread that found it ready, not on a thread of the pool
 * (ADR 0008). The same thread carries out what it read. That holds for our own connections, when nothing can make them
 * wait. All other events go through the listener's former strategy. A hand-over to the pool is worth its cost only if
 * another thread can go on with the next event. With one processor none can. With several, nothing is next while only
 * one connection is ready.
 */
@SuppressWarnings("rawtypes") // as in the interface
final class ReadsInPlace implements IOStrategy {
    /**
     * Bytes of one read with several processors, a few commands. More are left to the pool, so that the next connection
     * does not wait.
     */
    private static final int FEW_BYTES = 2 * 1024;

    private final IOStrategy otherwise;
    private final boolean alone = Runtime.getRuntime().availableProcessors() == 1;

    ReadsInPlace(IOStrategy otherwise) {
        this.otherwise = otherwise;
    }

    IOStrategy otherwise() {
        return otherwise;
    }

    @Override
    public boolean executeIoEvent(Connection connection, IOEvent event) throws IOException {
        return executeIoEvent(connection, event, true);
    }

    @Override
    public boolean executeIoEvent(Connection connection, IOEvent event, boolean enabled) throws IOException {
        return (enabled
                        && event == IOEvent.READ
                        && connection.getProcessor() instanceof GrizzlyWire wire
                        && (alone || only(connection))
                        && inPlace(wire))
                || otherwise.executeIoEvent(connection, event, enabled);
    }

    /** Whether the selector found no other connection ready. */
    private static boolean only(Connection connection) {
        return connection instanceof NIOConnection nio
                && nio.getSelectorRunner().getLastSelectedKeysCount() == 1;
    }

    /**
     * Returns false if the pool has to go on. With one processor, a connection with more to read is found ready again,
     * in turn with the others.
     */
    private boolean inPlace(GrizzlyWire wire) {
        int read = wire.readInPlace(alone ? GrizzlyWire.BUFFER : FEW_BYTES);
        return read >= 0 && (alone || read < FEW_BYTES);
    }

    @Override
    public Executor getThreadPoolFor(Connection connection, IOEvent event) {
        return otherwise.getThreadPoolFor(connection, event);
    }

    @Override
    public ThreadPoolConfig createDefaultWorkerPoolConfig(Transport transport) {
        return otherwise.createDefaultWorkerPoolConfig(transport);
    }
}
