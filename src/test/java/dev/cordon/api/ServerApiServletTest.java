package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.http.Exchanges;
import dev.cordon.http.ServerLayer;
import dev.cordon.http.TakenOutput;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ServerApiServletTest {
    private final ApiNode node = new ApiNode();
    private final List<String> calls = new ArrayList<>();
    private final TakenOutput answer = new TakenOutput();
    private final ServerApiServlet servlet = new ServerApiServlet(
            node.api,
            node.requests,
            (request, base, to) -> {},
            new Exchanges(new Container(), Runnable::run, System::nanoTime, Long.MAX_VALUE));

    @Test
    @DisplayName("D1: a stranger is answered 401 before any byte of the body is read, and nothing waits for one")
    void d1_aStrangersBodyIsNotRead() throws IOException {
        servlet.service(request(), response());

        assertThat(answer.text()).contains("\"code\":101");
        assertThat(calls).contains("setStatus 401").doesNotContain("getInputStream", "startAsync");
    }

    /** Announces a body that never comes. */
    private HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                ServerApiServletTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, called, arguments) -> requested(called.getName()));
    }

    private @Nullable Object requested(String name) {
        calls.add(name);
        return switch (name) {
            case "getMethod" -> "POST";
            case "getPathInfo" -> "/publish";
            case "getRequestURI" -> "/api/publish";
            case "getContentLengthLong" -> 2L;
            case "getHeaders" -> Collections.emptyEnumeration();
            default -> null;
        };
    }

    private HttpServletResponse response() {
        return (HttpServletResponse) Proxy.newProxyInstance(
                ServerApiServletTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (self, called, arguments) -> {
                    calls.add(called.getName() + (arguments == null ? "" : " " + arguments[0]));
                    return called.getName().equals("getOutputStream") ? answer : null;
                });
    }

    private static final class Container implements ServerLayer {
        @Override
        public int writtenAtOnce() {
            return Integer.MAX_VALUE;
        }

        @Override
        public Optional<Runnable> cutter(HttpServletRequest request) {
            return Optional.empty();
        }
    }
}
