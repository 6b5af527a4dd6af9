package dev.cordon.api;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * A filter for requests under {@code /api} that fail in the container. They get an answer of the API in place of an
 * error page.
 */
@WebFilter(urlPatterns = "/errors/*", dispatcherTypes = DispatcherType.ERROR, asyncSupported = true)
public class ServerApiErrorFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient ServerApi api;

    @Inject
    public ServerApiErrorFilter(ServerApi api) {
        this.api = api;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String address = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
        if (!address.startsWith(request.getContextPath() + "/api/")) {
            chain.doFilter(request, response);
            return;
        }
        Answer answer = api.containerRejected(response.getStatus());
        response.setContentType("application/json");
        response.setContentLength(answer.json().length);
        response.getOutputStream().write(answer.json());
    }
}
