package dev.cordon.config;

import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.http.Exchanges;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Counters;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.publish.Idempotency;
import dev.cordon.socket.Engine;
import dev.cordon.socket.Gateway;

/** Enters into the account of the heap who holds what. */
final class HeapEntries {
    private HeapEntries() {}

    static HeapAccount of(
            Start start,
            WebSocketManagerFactory factory,
            Counters counters,
            UserLog log,
            Idempotency idempotency,
            Gateway gateway,
            Engine engine,
            Exchanges exchanges) {
        HeapAccount account = new HeapAccount()
                .enter(
                        HeapShare.CONNECTIONS,
                        () -> factory.connections().size() * HeapShare.CONNECTION_BYTES,
                        () -> start.live().get().limits().maxConnections() * HeapShare.CONNECTION_BYTES)
                .enter(
                        HeapShare.QUEUES,
                        counters::stalledBytes,
                        () -> start.live().get().limits().queueTotalMaxBytes());
        account.enter(
                HeapShare.HALF_RECEIVED,
                () -> gateway.halfReceivedBytes() + exchanges.bytes() + engine.halfReceivedBytes(),
                HeapShare.HALF_RECEIVED::bytes);
        if (start.log() == LogKind.MEMORY) {
            account.enter(
                    HeapShare.HISTORY,
                    log::footprint,
                    () -> start.live().get().retention().totalMaxBytes());
            account.enter(
                    HeapShare.POSITIONS,
                    () -> log.stats().positions() * MemoryUserLog.POSITION_BYTES,
                    () -> (long) MemoryUserLog.maxPositions() * MemoryUserLog.POSITION_BYTES);
        }
        idempotency.enter(account);
        gateway.enter(account);
        engine.enter(account);
        return account;
    }
}
