package dev.cordon.endpoint;

import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.Subprotocols;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;

/**
 * The configurator of {@link GatewayEndpoint}. Creates endpoints without the container's global lock (docs/platform.md,
 * WebSockets). Negotiates a subprotocol as {@link Subprotocols} has it, and no extension: the engine's own compression
 * neither bounds what it inflates nor shares what it deflates (ADR 0039).
 */
public class EndpointConfigurator extends ServerEndpointConfig.Configurator {
    @Override
    public <T> T getEndpointInstance(Class<T> endpointClass) {
        // The container does not inject into a configurator.
        CDI<Object> beans = CDI.current();
        return endpointClass.cast(new GatewayEndpoint(
                beans.select(Gateway.class).get(),
                beans.select(ServerPlatform.class).get()));
    }

    @Override
    public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
        return Subprotocols.selected(requested).orElse("");
    }

    @Override
    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
        return List.of();
    }

    /** Keeps the headers for hooks in the properties, which are of this one connection (Jakarta WebSocket 2.1). */
    @Override
    public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
        HandshakeHeaders.keep(config.getUserProperties());
    }

    /** Returns true: {@link UpgradeFilter} has checked the Origin. */
    @Override
    public boolean checkOrigin(String origin) {
        return true;
    }
}
