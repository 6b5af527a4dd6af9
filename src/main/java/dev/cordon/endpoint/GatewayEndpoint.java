package dev.cordon.endpoint;

import dev.cordon.gateway.CommandHandler;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.Subprotocols;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.websocket.FrameDecoder;
import dev.cordon.websocket.WireFault;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Jakarta WebSocket endpoint for browsers. Each connection has its own instance, which the container calls for one
 * event at a time. The endpoint only passes events on: {@link CommandHandler} interprets frames, and {@link
 * dev.cordon.manager.Connection} holds the connection's state.
 */
@ServerEndpoint(
        value = GatewayEndpoint.PATH,
        subprotocols = {Subprotocols.JSON, Subprotocols.PROTOBUF},
        configurator = EndpointConfigurator.class)
public class GatewayEndpoint {
    static final String PATH = "/connection/websocket";

    private final Gateway gateway;
    private final ServerPlatform platform;
    private @Nullable CommandHandler handler;
    private Encoding encoding = Encoding.JSON;
    private String remoteAddress = "unknown";

    @Inject
    public GatewayEndpoint(Gateway gateway, ServerPlatform platform) {
        this.gateway = gateway;
        this.platform = platform;
    }

    @OnOpen
    public void opened(Session session) {
        // Cordon pings connections and times them out; the container's timer would leak (docs/platform.md, WebSockets).
        session.setMaxIdleTimeout(0);
        encoding = encoding(session);
        session.setMaxTextMessageBufferSize(encoding.binary() ? 1024 : FrameDecoder.MAX_MESSAGE_BYTES);
        session.setMaxBinaryMessageBufferSize(encoding.binary() ? FrameDecoder.MAX_MESSAGE_BYTES : 1024);
        remoteAddress = platform.remoteAddress(session);
        SessionTransport transport = new SessionTransport(session, encoding, remoteAddress);
        handler = gateway.opened(transport, HandshakeHeaders.of(session)).orElse(null);
    }

    private static Encoding encoding(Session session) {
        String subprotocol = session.getNegotiatedSubprotocol();
        String query = session.getQueryString();
        return Subprotocols.encoding(
                Optional.ofNullable(subprotocol).filter(name -> !name.isEmpty()), query == null ? "" : query);
    }

    @OnMessage(maxMessageSize = FrameDecoder.MAX_MESSAGE_BYTES)
    public void text(String frame) {
        if (encoding.binary()) {
            fault(WireFault.TEXT);
            return;
        }
        CommandHandler to = handler;
        if (to != null) {
            to.frame(frame);
        }
    }

    @OnMessage(maxMessageSize = FrameDecoder.MAX_MESSAGE_BYTES)
    public void binary(ByteBuffer frame) {
        if (!encoding.binary()) {
            fault(WireFault.BINARY);
            return;
        }
        CommandHandler to = handler;
        if (to != null) {
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            to.frame(bytes, 0, bytes.length);
        }
    }

    /** Disconnects a client that sends the other kind of messages than it has negotiated. */
    private void fault(WireFault fault) {
        Disconnect why = new Disconnect(fault.code(), fault.reason());
        gateway.rejections().tell(remoteAddress, why.code(), why.reason());
        ended(why);
    }

    @OnClose
    public void closed(CloseReason reason) {
        ended(Disconnect.NORMAL);
    }

    /** Ends the connection after a broken frame or the loss of the peer. The container closes the socket. */
    @OnError
    public void failed(Throwable cause) {
        gateway.failed(cause);
        ended(Disconnect.BAD_REQUEST);
    }

    private void ended(Disconnect disconnect) {
        CommandHandler of = handler;
        if (of != null) {
            of.ended(disconnect);
        }
    }
}
