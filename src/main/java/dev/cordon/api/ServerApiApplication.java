package dev.cordon.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.Set;

/** Everything under {@code /api}. */
@ApplicationPath("/api")
public class ServerApiApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(ServerApiResource.class, ServerApiErrorMapper.class);
    }

    /** The container would describe itself at {@code /api/application.wadl}. */
    @Override
    public Map<String, Object> getProperties() {
        return Map.of("jersey.config.server.wadl.disableWadl", true);
    }
}
