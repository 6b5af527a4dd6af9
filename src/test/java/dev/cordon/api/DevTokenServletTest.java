package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenSettings;
import dev.cordon.upkeep.LogLines;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevTokenServletTest {
    private final DevTokenServlet servlet = new DevTokenServlet(
            Optional.of(new DevTokens(TokenSettings.ofSecret("a secret of 32 bytes for the test"), Clock.systemUTC())));
    private final Map<String, String> parameters = new HashMap<>(Map.of("user", "ann"));
    private final AtomicInteger status = new AtomicInteger();
    private final List<String> calls = new ArrayList<>();
    private final StringWriter body = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "localhost,200",
        "LOCALHOST,200",
        "127.0.0.1,200",
        "127.1.2.3,200",
        "[::1],200",
        "evil.example,403",
        "localhost.evil.example,403",
        "127.0.0.1.evil.example,403"
    })
    @DisplayName(
            "S8: development tokens are issued only under a loopback host name, because a foreign page may point its own name at this machine")
    void s8_issuesTokensOnlyUnderALoopbackName(String host, int answered) throws IOException {
        ask(host, "127.0.0.1");

        assertThat(status).hasValue(answered);
        assertThat(body.toString().contains("\"token\"")).isEqualTo(answered == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "-9223372036854775808", "31536001", "1e3", ""})
    @DisplayName("S8: an invalid ttl is rejected with 400 and a message that names it")
    void s8_rejectsAnInvalidTtl(String ttl) throws IOException {
        parameters.put("ttl", ttl);

        ask("localhost", "127.0.0.1");

        assertThat(status).hasValue(400);
        assertThat(body.toString()).contains("\"code\":107").contains("ttl must be a whole number of seconds");
    }

    @Test
    @DisplayName("L8: an unknown parameter is rejected by name, with the nearest known one")
    void l8_rejectsAnUnknownParameterByName() throws IOException {
        parameters.put("group", "publisher");

        ask("localhost", "127.0.0.1");

        assertThat(status).hasValue(400);
        assertThat(body.toString())
                .contains("\"code\":107")
                .contains("/dev/token has no field group: did you mean groups?")
                .doesNotContain("\"token\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"31536000", "-31536000", "0"})
    void acceptsATtlOfUpToAYear(String ttl) throws IOException {
        parameters.put("ttl", ttl);

        ask("localhost", "127.0.0.1");

        assertThat(status).hasValue(200);
    }

    @Test
    void issuesATokenWithTheGroupsThatAreNamed() throws IOException {
        parameters.put("groups", "publisher,, ,operator");
        parameters.put("ttl", "600");

        ask("localhost", "127.0.0.1");

        String token = body.toString().replaceAll(".*\"token\":\"([^\"]+)\".*\\s*", "$1");
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        assertThat(claims).containsPattern("\"groups\":\\[(\"publisher\",\"operator\"|\"operator\",\"publisher\")]");
    }

    @Test
    void issuesATokenForTheTimeThatIsAsked() throws IOException {
        parameters.put("ttl", "600");
        long now = Clock.systemUTC().instant().getEpochSecond();

        ask("localhost", "127.0.0.1");

        String token = body.toString().replaceAll(".*\"token\":\"([^\"]+)\".*\\s*", "$1");
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        long end = Long.parseLong(claims.replaceAll(".*\"exp\":(\\d+).*", "$1"));
        assertThat(end - now).isBetween(600L, 1_200L);
    }

    @Test
    @DisplayName("S8: no cache keeps a token, and its answer is JSON")
    void s8_noCacheKeepsAToken() throws IOException {
        ask("localhost", "127.0.0.1");

        assertThat(calls).contains("setContentType application/json", "setHeader Cache-Control");
    }

    @Test
    @DisplayName("S8: a request under a foreign host name is logged")
    void s8_logsARequestUnderAForeignName() {
        List<LogRecord> lines = LogLines.of(DevTokenServlet.class, () -> {
            try {
                ask("evil.example", "127.0.0.1");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .asString()
                .contains("evil.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "10.0.0.1"})
    void answersOtherMachinesWith404(String peer) throws IOException {
        ask("localhost", peer);

        assertThat(status).hasValue(404);
    }

    private void ask(String host, String peer) throws IOException {
        PrintWriter writer = new PrintWriter(body);
        servlet.doGet(
                proxy(HttpServletRequest.class, (name, of) -> switch (name) {
                    case "getRemoteAddr" -> peer;
                    case "getServerName" -> host;
                    case "getParameterMap" -> parameters;
                    case "getParameter" -> parameters.get(of);
                    default -> null;
                }),
                proxy(HttpServletResponse.class, (name, of) -> {
                    calls.add(name + " " + of);
                    if (name.equals("setStatus")) {
                        status.set(Integer.parseInt(of));
                    }
                    return name.equals("getWriter") ? writer : null;
                }));
        writer.flush();
    }

    private interface Calls {
        @org.jspecify.annotations.Nullable
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
