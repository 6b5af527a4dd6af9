package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.http.TakenOutput;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filters add to answers, and which answers they replace. */
class ApiFiltersTest {
    private final ApiNode node = new ApiNode();
    private final Map<String, String> fields = new HashMap<>();
    private final TakenOutput body = new TakenOutput();
    private final AtomicInteger passed = new AtomicInteger();
    private final FilterChain chain = (request, response) -> passed.incrementAndGet();
    private String upgrade = "";
    private String failed = "";
    private int status = 200;

    private HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                ApiFiltersTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, called, arguments) -> switch (called.getName()) {
                    case "getHeader" -> "Upgrade".equals(arguments[0]) && !upgrade.isEmpty() ? upgrade : null;
                    case "getAttribute" -> RequestDispatcher.ERROR_REQUEST_URI.equals(arguments[0]) ? failed : null;
                    case "getContextPath" -> "/cordon";
                    default -> null;
                });
    }

    private HttpServletResponse response() {
        return (HttpServletResponse) Proxy.newProxyInstance(
                ApiFiltersTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (self, called, arguments) -> responds(called.getName(), arguments));
    }

    private @Nullable Object responds(String name, Object[] arguments) {
        switch (name) {
            case "setHeader" -> fields.put(String.valueOf(arguments[0]), String.valueOf(arguments[1]));
            case "setContentType" -> fields.put("Content-Type", String.valueOf(arguments[0]));
            case "setContentLength" -> fields.put("Content-Length", String.valueOf(arguments[0]));
            default -> {}
        }
        return name.equals("getOutputStream") ? body : name.equals("getStatus") ? status : null;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "websocket", "WebSocket"})
    @DisplayName("S8 each answer has the security headers")
    void s8_addsTheSecurityHeaders(String offered) throws IOException, ServletException {
        upgrade = offered;

        new SecurityHeadersFilter().doFilter(request(), response(), chain);

        assertThat(fields).isEqualTo(SecurityHeadersFilter.HEADERS);
        assertThat(passed).hasValue(1);
    }

    @Test
    void closesTheConnectionOfAClientThatOffersAnotherProtocol() throws IOException, ServletException {
        upgrade = "h2c";

        new SecurityHeadersFilter().doFilter(request(), response(), chain);

        assertThat(fields).containsEntry("Connection", "close");
        assertThat(passed).hasValue(1);
    }

    @Test
    void answersAFailedRequestToTheApiInItsForm() throws IOException, ServletException {
        failed = "/cordon/api/publish";
        status = 404;

        new ServerApiErrorFilter(node.api).doFilter(request(), response(), chain);

        assertThat(body.text()).startsWith("{\"error\":{\"code\":").contains("no such address: POST /api/<method>");
        assertThat(fields)
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Content-Length", String.valueOf(body.text().length()));
        assertThat(passed).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cordon/page", "/api/publish", "/cordon/apis"})
    void leavesOtherErrorsToTheContainer(String address) throws IOException, ServletException {
        failed = address;

        new ServerApiErrorFilter(node.api).doFilter(request(), response(), chain);

        assertThat(passed).hasValue(1);
        assertThat(body.text()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"200,'',''", "400,'',''", "401,Bearer,''", "503,'',1"})
    void anAnswerHasTheHeadersOfItsStatus(int status, String authenticate, String after) {
        Map<String, String> headers = new Answer(status, new byte[0]).headers();

        assertThat(headers).containsEntry("Content-Type", "application/json");
        assertThat(headers.getOrDefault("WWW-Authenticate", "")).isEqualTo(authenticate);
        assertThat(headers.getOrDefault("Retry-After", "")).isEqualTo(after);
    }
}
