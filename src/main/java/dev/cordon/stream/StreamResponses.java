package dev.cordon.stream;

import dev.cordon.endpoint.ServerConnections;
import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.endpoint.TransportSelector;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The responses of streams: past the container where that is possible, else the container's own. Thread-safe. */
public final class StreamResponses {
    private final ServerConnections connections;
    private final TransportSelector transports;
    private final Clock clock;

    public StreamResponses(ServerConnections connections, TransportSelector transports, Clock clock) {
        this.connections = connections;
        this.transports = transports;
        this.clock = clock;
    }

    /**
     * Returns the response of a request that has been suspended and whose body has been read. Nothing of the response has
     * been written.
     */
    StreamResponse of(AsyncContext async, HttpServletRequest request) {
        Optional<RawConnection> raw = connections.under(request);
        Optional<DirectAnswer> direct = raw.flatMap(transports::takeStream);
        if (direct.isEmpty()) {
            return new ContainerResponse(async, raw);
        }
        return new DirectResponse(direct.get(), headers((HttpServletResponse) async.getResponse()), clock);
    }

    /** Headers that the filters of the application have set, and one that the container adds. */
    private static Map<String, String> headers(HttpServletResponse response) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Frame-Options", "SAMEORIGIN");
        response.getHeaderNames().forEach(name -> headers.put(name, response.getHeader(name)));
        return headers;
    }
}
