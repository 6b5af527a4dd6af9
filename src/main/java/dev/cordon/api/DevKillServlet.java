package dev.cordon.api;

import dev.cordon.protocol.KnownFields;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonWriter;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;

/**
 * A servlet that kills its node, so that the demo page can show the resume (docs/protocol.md, Kill a node). It exists in
 * development mode with {@code cordon.cluster} on; otherwise every request is answered 404. Beside the rules of {@link
 * DevAccess}, the request must be a POST of a page of this server and must name the node.
 */
@WebServlet("/dev/kill")
public class DevKillServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final System.Logger LOG = System.getLogger(DevKillServlet.class.getName());
    private static final KnownFields PARAMETERS = KnownFields.of("/dev/kill", "node");

    private final transient Optional<DevNode> node;
    private final transient DevAccess access = new DevAccess("kills of a node", DevKillServlet.class);

    @Inject
    public DevKillServlet(Optional<DevNode> node) {
        this.node = node;
    }

    /** Not {@code doPost}: otherwise other methods would be answered 405 where the address does not exist. */
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (node.isEmpty()) {
            DevAccess.hide(response);
            return;
        }
        if (!access.admits(request, response)) {
            return;
        }
        if (!"POST".equals(request.getMethod())) {
            response.setHeader("Allow", "POST");
            DevAccess.answer(response, 405, DevAccess.error(405, "a node is killed with POST"));
            return;
        }
        String self = request.getScheme() + "://" + request.getHeader("Host");
        if (!self.equalsIgnoreCase(request.getHeader("Origin"))) {
            DevAccess.answer(
                    response,
                    403,
                    DevAccess.error(103, "a node is killed by its own page only: the header Origin must be " + self));
            return;
        }
        killed(request, response, node.get());
    }

    private static void killed(HttpServletRequest request, HttpServletResponse response, DevNode node)
            throws IOException {
        try {
            PARAMETERS.checkNames(request.getParameterMap().keySet());
        } catch (InvalidJsonException e) {
            DevAccess.answer(response, 400, DevAccess.error(107, String.valueOf(e.getMessage())));
            return;
        }
        String name = node.name().get().orElse("");
        if (name.isEmpty() || !name.equals(request.getParameter("node"))) {
            // A load balancer may have passed the request to another node than the one the page shows.
            DevAccess.answer(
                    response,
                    409,
                    DevAccess.error(409, "this is the node " + name + ": the parameter node must name it"));
            return;
        }
        LOG.log(Level.WARNING, "The demo page kills this node, {0}", name);
        DevAccess.answer(response, 202, JsonWriter.toJson(Map.of("killed", name)));
        response.flushBuffer();
        node.kill().run();
    }
}
