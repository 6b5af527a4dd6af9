package dev.cordon.socket;

import dev.cordon.protocol.Disconnect;
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

    /** The container's own bound for one frame; the setting {@code cordon.message.max-bytes} is checked for each payload. */
    static final int MAX_FRAME_BYTES = 1024 * 1024;

    private final Gateway gateway;
    private @Nullable CommandHandler handler;
    private String remoteAddress = "unknown";

    @Inject
    public GatewayEndpoint(Gateway gateway) {
        this.gateway = gateway;
    }

    @OnOpen
    public void opened(Session session) {
        // Cordon pings and times connections; the container's own timer would leak (docs/platform.md, WebSockets).
        session.setMaxIdleTimeout(0);
        session.setMaxTextMessageBufferSize(MAX_FRAME_BYTES);
        session.setMaxBinaryMessageBufferSize(1024);
        SessionTransport transport = new SessionTransport(session);
        remoteAddress = transport.remoteAddress();
        handler = gateway.opened(transport).orElse(null);
    }

    @OnMessage(maxMessageSize = MAX_FRAME_BYTES)
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
        gateway.refusals.tell(remoteAddress, why.code(), why.reason());
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
