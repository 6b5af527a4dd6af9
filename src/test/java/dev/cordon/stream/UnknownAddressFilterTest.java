package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.http.TakenOutput;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownAddressFilterTest {
    private static final String ALL = "under /connection/ there are " + String.join(", ", UnknownAddressFilter.KNOWN);

    private final Map<String, String> fields = new HashMap<>();
    private final TakenOutput body = new TakenOutput();
    private final AtomicInteger passed = new AtomicInteger();

    private void fails(String address, int status) throws IOException, ServletException {
        HttpServletRequest request = proxy(HttpServletRequest.class, (name, arguments) -> switch (name) {
            case "getAttribute" -> RequestDispatcher.ERROR_REQUEST_URI.equals(arguments[0]) ? address : null;
            case "getContextPath" -> "/cordon";
            default -> null;
        });
        HttpServletResponse response = proxy(HttpServletResponse.class, (name, arguments) -> switch (name) {
            case "getStatus" -> status;
            case "getOutputStream" -> body;
            case "setContentType" -> fields.put("Content-Type", String.valueOf(arguments[0]));
            case "setContentLength" -> fields.put("Content-Length", String.valueOf(arguments[0]));
            case "setHeader" -> fields.put(String.valueOf(arguments[0]), String.valueOf(arguments[1]));
            default -> null;
        });
        new UnknownAddressFilter().doFilter(request, response, (asked, answered) -> passed.incrementAndGet());
    }

    private interface Calls {
        @Nullable
        Object call(String name, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, called, arguments) -> calls.call(called.getName(), arguments)));
    }

    @ParameterizedTest
    @CsvSource({
        "uni_see, uni_sse",
        "unisse, uni_sse",
        "uni_sse/, uni_sse",
        "http-stream, http_stream",
        "websockets, websocket",
        "tickets, ticket"
    })
    void namesTheAddressThatWasProbablyMeant(String name, String meant) throws IOException, ServletException {
        fails("/cordon/connection/" + name, 404);

        assertThat(body.text())
                .isEqualTo("{\"error\":{\"code\":404,\"message\":\"no such address: " + ALL
                        + "; did you mean /connection/" + meant + "?\"}}\n");
        assertThat(fields)
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Content-Length", String.valueOf(body.text().length()))
                .containsEntry("Cache-Control", "no-store");
        assertThat(passed).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({"/cordon/connection", "/cordon/connection/", "/cordon/connection/%22%3Cb%3E", "/cordon/connection/a\"b"
    })
    @DisplayName("an address that resembles none gets the names of all, and is not repeated")
    void namesAllWhereNoneIsNear(String address) throws IOException, ServletException {
        fails(address, 404);

        assertThat(body.text()).isEqualTo("{\"error\":{\"code\":404,\"message\":\"no such address: " + ALL + "\"}}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/cordon/page, 404",
        "/connection/uni_see, 404",
        "/cordon/connections, 404",
        "/cordon/connection/uni_see, 500",
        "/cordon/connection/uni_sse, 503"
    })
    void leavesOtherErrorsToTheContainer(String address, int status) throws IOException, ServletException {
        fails(address, status);

        assertThat(passed).hasValue(1);
        assertThat(body.text()).isEmpty();
    }

    @Test
    @DisplayName("the names are those of the servlets, and of the socket in web.xml")
    void knowsEachAddress() throws IOException {
        Stream<String> servlets = Stream.of(StreamServlet.class, TicketServlet.class)
                .flatMap(servlet ->
                        Arrays.stream(servlet.getAnnotation(WebServlet.class).urlPatterns()));
        List<String> sockets = Pattern.compile("<url-pattern>(/connection/.*)</url-pattern>")
                .matcher(Files.readString(Path.of("webapp/WEB-INF/web.xml")))
                .results()
                .map(pattern -> pattern.group(1))
                .toList();

        assertThat(UnknownAddressFilter.KNOWN.stream().map("/connection/"::concat))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(servlets, sockets.stream()).toList());
    }
}
