package dev.cordon.endpoint;

import dev.cordon.gateway.Admission;
import dev.cordon.gateway.Cuts;
import dev.cordon.gateway.Gateway;
import dev.cordon.heap.HeapShare;
import dev.cordon.websocket.CloseCause;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.WebSockets;
import dev.cordon.websocket.Wire;
import java.util.Map;

/**
 * The sockets of one {@link Gateway}, from every way in: upgrades that are not yet connections, and sockets that
 * are closing. Thread-safe.
 */
public final class GatewaySockets {
    private final Gateway gateway;
    private final Admission admission;
    private final WebSockets webSockets;
    private final PendingUpgrades pending;

    public GatewaySockets(Gateway gateway) {
        this.gateway = gateway;
        this.admission = new Admission(gateway);
        this.webSockets = new WebSockets(() -> HeapShare.HALF_RECEIVED.bytes() / 2, this::count, gateway::nanos);
        this.pending = new PendingUpgrades(gateway::nanos);
    }

    void count(CloseCause cut) {
        gateway.counters().cuts.add(cut == CloseCause.NO_ROOM ? Cuts.Reason.HALF_RECEIVED : Cuts.Reason.SLOW_SENDER);
    }

    public Gateway gateway() {
        return gateway;
    }

    /** The check of each handshake. */
    public Admission admission() {
        return admission;
    }

    /** The state shared by the WebSockets whose frames Cordon itself decodes. */
    public WebSockets webSockets() {
        return webSockets;
    }

    /** Handshakes that were passed to the container's engine and have not become a connection. */
    public PendingUpgrades pending() {
        return pending;
    }

    /** Opens a connection on a wire whose handshake was answered with 101. Call it before anything is received. */
    public WebSocketConnection open(Wire wire, String remoteAddress) {
        return open(wire, remoteAddress, Map.of());
    }

    /** @param headers {@link Gateway#headersForHooks} */
    WebSocketConnection open(Wire wire, String remoteAddress, Map<String, String> headers) {
        WebSocketConnection socket = new WebSocketConnection(wire, webSockets);
        new WireTransport(socket, gateway, remoteAddress).open(headers);
        return socket;
    }

    /**
     * Frees upgrades that did not become a connection within the connect deadline, and sockets that do not close.
     * Returns their number.
     */
    public int sweepUpgrades() {
        return pending.sweep(gateway.connectDeadline().toNanos()) + webSockets.sweepClosing();
    }

    /**
     * Cuts messages that do not arrive completely in time, and logs all cuts. Returns their number. Due twice a second.
     */
    public int sweepHalves() {
        int late = webSockets.sweepPartial();
        gateway.counters().cuts.report(gateway.nanos());
        return late;
    }

    /**
     * Bytes of partly received messages. These may take half of {@link HeapShare#HALF_RECEIVED}; HTTP bodies and
     * request heads may take a quarter each.
     */
    public long halfReceivedBytes() {
        return webSockets.partialMessages().bytes();
    }

    /**
     * Waits for the sockets of all connections, and frees those that do not close. For the end of the application, when
     * all connections have been closed.
     */
    public void awaitClosed() {
        webSockets.awaitClosed();
        gateway.close();
    }
}
