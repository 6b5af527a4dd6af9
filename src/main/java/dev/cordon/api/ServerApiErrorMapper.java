package dev.cordon.api;

import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;

/** What goes wrong before or around a method under {@code /api}, in the API's own shape: no page, no stack trace. */
@Provider
public class ServerApiErrorMapper implements ExceptionMapper<Throwable> {
    private static final System.Logger LOG = System.getLogger(ServerApiErrorMapper.class.getName());

    @Inject
    @SuppressWarnings("NullAway.Init")
    private ServerApi api;

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof WebApplicationException e) {
            return refused(e.getResponse());
        }
        LOG.log(Level.ERROR, "A request under /api failed", failure);
        return ServerApiResource.response(api.containerRefused(500));
    }

    private Response refused(Response response) {
        Response own = ServerApiResource.response(api.containerRefused(response.getStatus()));
        String allow = response.getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? own
                : Response.fromResponse(own).header(HttpHeaders.ALLOW, allow).build();
    }
}
