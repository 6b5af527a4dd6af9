package dev.cordon.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Optional;

/** {@code POST /api/<method>}: brings requests to the {@link ServerApi} and its answers back. */
@ApplicationScoped
@Path("/")
public class ServerApiResource {
    @Inject
    @SuppressWarnings("NullAway.Init")
    private ServerApi api;

    @POST
    @Path("{method}")
    public Response call(@PathParam("method") String method, @Context HttpHeaders headers, InputStream body) {
        return response(api.answer(new ApiRequest(
                method,
                header(headers, "X-API-Key"),
                header(headers, HttpHeaders.AUTHORIZATION),
                header(headers, HttpHeaders.CONTENT_TYPE),
                headers.getLength(),
                body)));
    }

    private static Optional<String> header(HttpHeaders headers, String name) {
        return Optional.ofNullable(headers.getHeaderString(name));
    }

    /** The same headers whatever made the answer. */
    static Response response(Answer answer) {
        Response.ResponseBuilder response = Response.status(answer.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(answer.json());
        if (answer.status() == Refused.UNAUTHORIZED.status()) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        } else if (answer.status() == Refused.TEMPORARY.status()) {
            response.header(HttpHeaders.RETRY_AFTER, "1");
        }
        return response.build();
    }
}
