package dev.cordon.endpoint;

import dev.cordon.gateway.CommandHandler;
import dev.cordon.gateway.Gateway;
import dev.cordon.protocol.Disconnect;
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
import org.jspecify.annotations.Nullable;

/**
 * The Jakarta WebSocket endpoint for browsers. Each connection has its own instance, which the container calls for one
 * event at a time. The endpoint only passes events on: {@link CommandHandler} interprets frames, and {@link
 * dev.cordon.manager.Connection} holds the connection's state.
 */
@ServerEndpoint(value = GatewayEndpoint.PATH, configurator = EndpointConfigurator.class)
public class GatewayEndpoint {
    static final String PATH = "/connection/websocket";

    private final Gateway gateway;
    private final ServerPlatform platform;
    private @Nullable CommandHandler handler;
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
        session.setMaxTextMessageBufferSize(FrameDecoder.MAX_MESSAGE_BYTES);
        session.setMaxBinaryMessageBufferSize(1024);
        remoteAddress = platform.remoteAddress(session);
        handler = gateway.opened(new SessionTransport(session, remoteAddress)).orElse(null);
    }

    @OnMessage(maxMessageSize = FrameDecoder.MAX_MESSAGE_BYTES)
    public void text(String frame) {
        CommandHandler to = handler;
        if (to != null) {
            to.frame(frame);
        }
    }

    /** Disconnects the client: the protocol is text, and a client that sends binary speaks another protocol. */
    @OnMessage(maxMessageSize = 1024)
    public void binary(ByteBuffer ignored) {
        Disconnect why = new Disconnect(WireFault.BINARY.code(), WireFault.BINARY.reason());
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
