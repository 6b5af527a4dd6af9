package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.http.Exchanges;
import dev.cordon.http.NeverWaiting;
import dev.cordon.http.TakenOutput;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerApiServletTest {
    private final ApiNode node = new ApiNode();
    private final List<String> offered = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final TakenOutput answer = new TakenOutput();
    private final Map<String, String> headers = new HashMap<>();
    private String verb = "POST";
    private String path = "/publish";
    private long length = 2;
    private Optional<ServletInputStream> body = Optional.empty();
    private final ServerApiServlet servlet = new ServerApiServlet(
            node.api,
            node.requests,
            (request, base, to) -> offered.add(base),
            new Exchanges(new NeverWaiting(), Runnable::run, System::nanoTime, Long.MAX_VALUE));

    @Test
    @DisplayName("D1: a request without credentials is answered with 401 before any byte of its body is read")
    void d1_doesNotReadTheBodyOfAnUnauthenticatedRequest() throws IOException {
        servlet.service(request(), response());

        assertThat(answer.text()).contains("\"code\":101");
        assertThat(node.requests.requests.sum()).isOne();
        assertThat(calls).contains("setStatus 401").doesNotContain("getInputStream", "startAsync");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/publish,Content-Type,application/json,2,405",
        "PUT,/publish,Content-Type,application/json,2,405",
        "POST,/publsh,Content-Type,application/json,2,404",
        "POST,/publish,Content-Type,text/plain,2,415",
        "POST,/publish,Content-Encoding,gzip,2,415",
        "POST,/publish,Content-Type,application/json,99000000,413"
    })
    @DisplayName(
            "D1: with a valid key, too, a request that must be rejected for its head is answered before its body is read")
    void d1_doesNotReadTheBodyOfARequestRejectedForItsHead(
            String verb, String path, String field, String value, long length, int status) throws IOException {
        headers.put("X-API-Key", ApiNode.KEY);
        headers.put(field, value);
        this.verb = verb;
        this.path = path;
        this.length = length;

        servlet.service(request(), response());

        assertThat(calls).contains("setStatus " + status).doesNotContain("getInputStream", "startAsync");
    }

    @Test
    @DisplayName("D1: the body of a request is read when its head is accepted")
    void d1_readsTheBodyOfARequestWhoseHeadIsAccepted() throws IOException {
        headers.put("X-API-Key", ApiNode.KEY);
        headers.put("Content-Encoding", "identity");
        body = Optional.of(new Body("{}"));

        servlet.service(request(), response());

        assertThat(answer.text()).contains("\"code\":107", "channel");
        assertThat(calls).contains("getInputStream", "setStatus 400");
        assertThat(offered).isEmpty();
    }

    @Test
    @DisplayName("the route of a request that was answered well is offered to the direct way, up to the method's name")
    void offersTheRouteOfARequestThatWasAnsweredWell() throws IOException {
        headers.put("X-API-Key", ApiNode.KEY);
        String publish = "{\"channel\":\"#42\",\"data\":1}";
        length = publish.length();
        body = Optional.of(new Body(publish));

        servlet.service(request(), response());

        assertThat(answer.text()).contains("\"offset\":1");
        assertThat(offered).containsExactly("/api/");
    }

    @Test
    void aRequestOtherThanPostIsToldWhatIsAllowed() throws IOException {
        verb = "GET";

        servlet.service(request(), response());

        assertThat(calls).contains("setHeader Allow", "setStatus 405");
    }

    /** A request that announces a body, which never arrives unless {@link #body} is set. */
    private HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                ServerApiServletTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, called, arguments) ->
                        requested(called.getName(), arguments == null ? "" : String.valueOf(arguments[0])));
    }

    private @Nullable Object requested(String name, String argument) {
        calls.add(name);
        return switch (name) {
            case "getMethod" -> verb;
            case "getPathInfo" -> path;
            case "getRequestURI" -> "/api" + path;
            case "getContentLengthLong" -> length;
            case "getInputStream" -> body.orElse(null);
            case "getHeader" -> headers.get(argument);
            case "getHeaders" ->
                Collections.enumeration(
                        Optional.ofNullable(headers.get(argument)).stream().toList());
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

    /** A body that is there completely from the start. */
    private static final class Body extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        Body(String text) {
            bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int most) {
            return bytes.read(into, offset, most);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException();
        }
    }
}
