package dev.cordon.config;

import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.ServerConnections;
import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.http.Exchanges;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserLog;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.publish.Idempotency;

/** Enters each holder of memory into the account of the heap. */
final class HeapEntries {
    private HeapEntries() {}

    static HeapAccount of(
            Start start,
            WebSocketManagerFactory factory,
            UserLog log,
            UserGroups groups,
            Idempotency idempotency,
            GatewaySockets sockets,
            ServerConnections connections,
            Exchanges exchanges) {
        HeapAccount account = new HeapAccount()
                .enter(
                        HeapShare.CONNECTIONS,
                        () -> factory.connections().size() * HeapShare.CONNECTION_BYTES,
                        () -> start.live().get().limits().maxConnections() * HeapShare.CONNECTION_BYTES)
                .enter(
                        HeapShare.QUEUES,
                        factory::stalledBytes,
                        () -> start.live().get().limits().queueTotalMaxBytes());
        account.enter(
                HeapShare.HALF_RECEIVED,
                () -> sockets.halfReceivedBytes() + exchanges.bytes() + connections.halfReceivedBytes(),
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
        if (start.log() != LogKind.JDBC) {
            account.enter(HeapShare.GROUPS, groups::footprint, HeapShare.GROUPS::bytes);
        }
        idempotency.enter(account);
        sockets.gateway().enter(account);
        connections.enter(account);
        return account;
    }
}
