package dev.cordon.cluster;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.SerialDrain;
import dev.cordon.manager.WebSocketManagerFactory;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;

/** Carries out the orders of other nodes. Hints that come while orders are read share the next read. Thread-safe. */
final class RemoteOrders {
    private static final System.Logger LOG = System.getLogger(RemoteOrders.class.getName());

    private final Orders orders;
    private final WebSocketManagerFactory factory;
    private final Executor executor;
    private final SerialDrain drain = new SerialDrain();

    RemoteOrders(Orders orders, WebSocketManagerFactory factory, Executor executor) {
        this.orders = orders;
        this.factory = factory;
        this.executor = executor;
    }

    /** Reads and carries out what is new, on the executor. Does not wait. */
    void begin() {
        if (drain.enter()) {
            executor.execute(() -> drain.serve(this::guarded));
        }
    }

    private void guarded() {
        try {
            carryOut();
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "Orders of other nodes wait for the log: {0}", e.getMessage());
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "Orders of other nodes could not be carried out", e);
        }
    }

    /** Reads and carries out what is new, and removes what is old. */
    void turn() {
        carryOut();
        orders.sweep();
    }

    private synchronized void carryOut() {
        long read = System.nanoTime();
        for (Orders.Received received : orders.fresh()) {
            int ended = factory.disconnectHere(received.order(), received.age().plusNanos(System.nanoTime() - read));
            LOG.log(
                    ended == 0 ? Level.DEBUG : Level.INFO,
                    "An order of another node ended {0} connections with {1}",
                    ended,
                    Integer.toString(received.order().disconnect().code()));
        }
    }
}
