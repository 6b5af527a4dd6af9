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
 * A listener's strategy as it was, but for what our own connections have to say and what cannot wait for anything: that is read and
 * carried out by the thread that saw it come, instead of being handed to a thread of the pool (ADR 0008). A hand-over is worth its cost
 * only where another thread can go on with what is next: with one processor none can, and with several there is nothing next while only
 * one connection is ready.
 */
@SuppressWarnings("rawtypes") // as the interface has them
final class ReadsInPlace implements IOStrategy {
    /** With several processors: more than a few commands at once are the pool's, so that nobody who comes next waits for them. */
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

    /** Whether no other connection was found ready. */
    private static boolean only(Connection connection) {
        return connection instanceof NIOConnection nio
                && nio.getSelectorRunner().getLastSelectedKeysCount() == 1;
    }

    /** False when the pool has to go on. With one processor, what is left is found ready again, in turn with the others. */
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
