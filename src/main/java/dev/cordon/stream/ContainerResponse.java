package dev.cordon.stream;

import dev.cordon.endpoint.ServerConnections.RawConnection;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A response that the container writes: that of an asynchronous servlet. */
final class ContainerResponse implements StreamResponse {
    /** Bytes that wait in the server for the client to read, where the server can bound them. */
    static final int MAX_WAITING = 64 * 1024;

    private final AsyncContext async;
    private final HttpServletResponse response;
    private final Optional<RawConnection> raw;

    /**
     * @param raw the connection below Servlet; without it, a client that does not read keeps its socket until the
     *     container gives up
     */
    ContainerResponse(AsyncContext async, Optional<RawConnection> raw) {
        this.async = async;
        this.response = (HttpServletResponse) async.getResponse();
        this.raw = raw;
    }

    @Override
    public ServletOutputStream body() throws IOException {
        return response.getOutputStream();
    }

    @Override
    public void whenGone(Runnable task) {
        raw.ifPresent(connection -> {
            connection.boundWaiting(MAX_WAITING);
            connection.whenClosed(task);
        });
    }

    @Override
    public void head(int status, Map<String, String> headers) {
        response.setStatus(status);
        headers.forEach(response::setHeader);
    }

    @Override
    public void end() {
        try {
            async.complete();
        } catch (IllegalStateException e) {
            // The container has ended the request before.
        }
    }

    @Override
    public void cut() {
        raw.ifPresent(RawConnection::cut);
    }
}
