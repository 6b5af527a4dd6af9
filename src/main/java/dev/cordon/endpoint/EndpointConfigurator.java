package dev.cordon.endpoint;

import dev.cordon.gateway.Gateway;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;

/**
 * The configurator of {@link GatewayEndpoint}. Creates endpoints without the container's global lock (docs/platform.md,
 * WebSockets). Negotiates nothing, because the JSON protocol has no subprotocol and no extension.
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
        return "";
    }

    @Override
    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
        return List.of();
    }

    /** Returns true: {@link UpgradeFilter} has checked the Origin. */
    @Override
    public boolean checkOrigin(String origin) {
        return true;
    }
}
