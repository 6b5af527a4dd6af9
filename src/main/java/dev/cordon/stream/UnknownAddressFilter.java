package dev.cordon.stream;

import dev.cordon.http.ErrorAnswer;
import dev.cordon.protocol.NearestName;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A filter for requests to addresses under {@code /connection} that do not exist. They get one line of JSON, which names
 * the addresses that exist, in place of an error page.
 */
@WebFilter(urlPatterns = "/errors/*", dispatcherTypes = DispatcherType.ERROR, asyncSupported = true)
public class UnknownAddressFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private static final String ROOT = "/connection";

    /** The names of the addresses under {@code /connection/}, in the order of docs/protocol.md. */
    static final List<String> KNOWN = Stream.of(
                    Stream.of("websocket"),
                    Arrays.stream(StreamKind.values()).map(kind -> kind.path().substring(ROOT.length() + 1)),
                    Stream.of("ticket"))
            .flatMap(names -> names)
            .toList();

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String root = request.getContextPath() + ROOT + "/";
        // With the slash that the address of the root itself may lack.
        String address = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) + "/";
        if (response.getStatus() != 404 || !address.startsWith(root)) {
            chain.doFilter(request, response);
            return;
        }
        byte[] body = ErrorAnswer.body(404, message(address.substring(root.length())));
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/json");
        response.setContentLength(body.length + 1);
        response.getOutputStream().write(body);
        response.getOutputStream().write('\n');
    }

    private static String message(String name) {
        return "no such address: under " + ROOT + "/ there are " + String.join(", ", KNOWN)
                + NearestName.of(name, KNOWN)
                        .map(near -> "; did you mean " + ROOT + "/" + near + "?")
                        .orElse("");
    }
}
