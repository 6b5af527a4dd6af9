package dev.cordon.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request to a servlet and its answer, without a container. */
final class FakeCall {
    final Map<String, String> parameters = new HashMap<>();
    final Map<String, String> headers = new HashMap<>();
    /** Each call of the response, as name and first argument. */
    final List<String> calls = new ArrayList<>();

    String method = "GET";
    String host = "localhost";
    String peer = "127.0.0.1";
    int status;
    private final StringWriter body = new StringWriter();
    private final PrintWriter writer = new PrintWriter(body);

    String body() {
        writer.flush();
        return body.toString();
    }

    HttpServletRequest request() {
        return proxy(HttpServletRequest.class, (name, of) -> switch (name) {
            case "getMethod" -> method;
            case "getScheme" -> "http";
            case "getRemoteAddr" -> peer;
            case "getServerName" -> host;
            case "getHeader" -> headers.get(of);
            case "getParameterMap" -> parameters;
            case "getParameter" -> parameters.get(of);
            default -> null;
        });
    }

    HttpServletResponse response() {
        return proxy(HttpServletResponse.class, (name, of) -> {
            calls.add(name + " " + of);
            if (name.equals("setStatus")) {
                status = Integer.parseInt(of);
            }
            return name.equals("getWriter") ? writer : null;
        });
    }

    private interface Calls {
        @Nullable
        Object call(String name, String firstArgument);
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, called, arguments) ->
                        calls.call(called.getName(), arguments == null ? "" : String.valueOf(arguments[0]))));
    }
}
