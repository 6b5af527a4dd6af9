package dev.cordon.endpoint;

import dev.cordon.gateway.Admission;
import dev.cordon.gateway.Cuts;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.HandshakeRejection;
import dev.cordon.gateway.HandshakeRequest;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.gateway.SocketCounters.Rejected;
import dev.cordon.heap.HeapShare;
import dev.cordon.protocol.Encoding;
import dev.cordon.websocket.CloseCause;
import dev.cordon.websocket.MessageCompression;
import dev.cordon.websocket.PerMessageDeflate;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.WebSockets;
import dev.cordon.websocket.Wire;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one {@link Gateway}, from every way in: upgrades that are not yet connections, and sockets that
 * are closing. Thread-safe.
 */
public final class GatewaySockets {
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    /** RFC 6455 §9.1: the handshake must fail. */
    private static final HandshakeRejection NO_EXTENSIONS = new HandshakeRejection(
            Rejected.MALFORMED, 400, "Sec-WebSocket-Extensions must be a list of extensions", "");

    private final Gateway gateway;
    private final Admission admission;
    private final WebSockets webSockets;
    private final PendingUpgrades pending;
    /** Null if compression is off. */
    private final @Nullable MessageCompression compression;

    /** Sockets without compression. */
    public GatewaySockets(Gateway gateway) {
        this(gateway, false);
    }

    /** @param compresses {@code cordon.compression} */
    public GatewaySockets(Gateway gateway, boolean compresses) {
        this.gateway = gateway;
        this.admission = new Admission(gateway);
        this.webSockets = new WebSockets(() -> HeapShare.HALF_RECEIVED.bytes() / 2, this::count, gateway::nanos);
        this.pending = new PendingUpgrades(gateway::nanos);
        this.compression = compresses ? new MessageCompression(new CompressionFigures(gateway.counters())) : null;
    }

    /** Counts what is compressed. */
    private record CompressionFigures(SocketCounters counters) implements MessageCompression.Listener {
        @Override
        public void compressed(int before, int after) {
            counters.compressedMessages.increment();
            counters.compressedFromBytes.add(before);
            counters.compressedToBytes.add(after);
        }

        @Override
        public void noneFree() {
            counters.uncompressed.increment();
        }
    }

    void count(CloseCause cut) {
        gateway.counters().cuts.add(cut == CloseCause.NO_ROOM ? Cuts.Reason.HALF_RECEIVED : Cuts.Reason.SLOW_SENDER);
    }

    public Gateway gateway() {
        return gateway;
    }

    /**
     * Checks a handshake: its offers of extensions, if the node reads them, and then as {@link Admission#reject}.
     *
     * @return empty if the handshake is accepted
     */
    public Optional<HandshakeRejection> reject(HandshakeRequest request) {
        return compression == null || PerMessageDeflate.wellFormed(request.header(EXTENSIONS))
                ? admission.reject(request)
                : Optional.of(NO_EXTENSIONS);
    }

    /**
     * The extension with which an accepted handshake is answered. Empty if compression is off, or if the client offers
     * none that can be met.
     */
    public Optional<String> extension(HandshakeRequest request) {
        return compression == null ? Optional.empty() : PerMessageDeflate.answer(request.header(EXTENSIONS));
    }

    /** The state shared by the WebSockets whose frames Cordon itself decodes. */
    public WebSockets webSockets() {
        return webSockets;
    }

    /** Handshakes that were passed to the container's engine and have not become a connection. */
    public PendingUpgrades pending() {
        return pending;
    }

    /** Opens a connection without compression. */
    WebSocketConnection open(Wire wire, Encoding encoding, String remoteAddress) {
        return open(wire, encoding, remoteAddress, false);
    }

    /**
     * Opens a connection on a wire whose handshake was answered with 101. Call it before anything is received.
     *
     * @param encoding that the handshake has selected
     * @param compressed whether the handshake was answered with {@link #extension}
     */
    public WebSocketConnection open(Wire wire, Encoding encoding, String remoteAddress, boolean compressed) {
        return open(wire, encoding, remoteAddress, compressed, Map.of());
    }

    /**
     * Opens a connection whose handshake has headers for hooks.
     *
     * @param encoding that the handshake has selected
     * @param compressed whether the handshake was answered with {@link #extension}
     * @param headers {@link Gateway#headersForHooks}
     */
    WebSocketConnection open(
            Wire wire, Encoding encoding, String remoteAddress, boolean compressed, Map<String, String> headers) {
        if (compressed) {
            gateway.counters().compressedHandshakes.increment();
        }
        WebSocketConnection socket = new WebSocketConnection(wire, webSockets, compressed ? compression : null);
        new WireTransport(socket, gateway, encoding, remoteAddress).open(headers);
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
        if (compression != null) {
            compression.end();
        }
        gateway.close();
    }
}
