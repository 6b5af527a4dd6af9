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
 * Where a browser's socket arrives. One instance a connection; the container calls it for one event at a time. It only passes on:
 * what a frame means is {@link CommandHandler}'s, what a connection is {@link dev.cordon.manager.Connection}'s.
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
        // Cordon pings and times connections; the container's own timer would leak (docs/platform.md, WebSockets).
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

    /** The protocol is text; a client that sends binary speaks another one. */
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

    /** What the container reports here (a broken frame, a lost peer) ends the connection; the container closes the socket. */
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
