package dev.cordon.bench.peer;

import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.util.Map;
import org.glassfish.tyrus.server.Server;

/** Tyrus without Payara, on its Grizzly container. */
public final class TyrusPeer {
    private TyrusPeer() {}

    public static void main(String[] args) throws IOException, DeploymentException {
        new Server("127.0.0.1", Integer.parseInt(args[0]), "/", Map.of(), BareEndpoint.class).start();
        Parent.await();
    }
}
