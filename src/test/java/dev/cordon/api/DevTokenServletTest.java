package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenSettings;
import dev.cordon.upkeep.LogLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevTokenServletTest {
    private final DevTokenServlet servlet = new DevTokenServlet(
            Optional.of(new DevTokens(TokenSettings.ofSecret("a secret of 32 bytes for the test"), Clock.systemUTC())));
    private final FakeCall call = new FakeCall();

    @BeforeEach
    void forAnn() {
        call.parameters.put("user", "ann");
    }

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

        assertThat(call.status).isEqualTo(answered);
        assertThat(call.body().contains("\"token\"")).isEqualTo(answered == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "-9223372036854775808", "31536001", "1e3", ""})
    @DisplayName("S8: an invalid ttl is rejected with 400 and a message that names it")
    void s8_rejectsAnInvalidTtl(String ttl) throws IOException {
        call.parameters.put("ttl", ttl);

        ask("localhost", "127.0.0.1");

        assertThat(call.status).isEqualTo(400);
        assertThat(call.body()).contains("\"code\":107").contains("ttl must be a whole number of seconds");
    }

    @Test
    @DisplayName("L8: an unknown parameter is rejected by name, with the nearest known one")
    void l8_rejectsAnUnknownParameterByName() throws IOException {
        call.parameters.put("group", "publisher");

        ask("localhost", "127.0.0.1");

        assertThat(call.status).isEqualTo(400);
        assertThat(call.body())
                .contains("\"code\":107")
                .contains("/dev/token has no field group: did you mean groups?")
                .doesNotContain("\"token\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"31536000", "-31536000", "0"})
    void acceptsATtlOfUpToAYear(String ttl) throws IOException {
        call.parameters.put("ttl", ttl);

        ask("localhost", "127.0.0.1");

        assertThat(call.status).isEqualTo(200);
    }

    @Test
    void issuesATokenWithTheGroupsThatAreNamed() throws IOException {
        call.parameters.put("groups", "publisher,, ,operator");
        call.parameters.put("ttl", "600");

        ask("localhost", "127.0.0.1");

        String token = call.body().replaceAll(".*\"token\":\"([^\"]+)\".*\\s*", "$1");
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        assertThat(claims).containsPattern("\"groups\":\\[(\"publisher\",\"operator\"|\"operator\",\"publisher\")]");
    }

    @Test
    void issuesATokenForTheTimeThatIsAsked() throws IOException {
        call.parameters.put("ttl", "600");
        long now = Clock.systemUTC().instant().getEpochSecond();

        ask("localhost", "127.0.0.1");

        String token = call.body().replaceAll(".*\"token\":\"([^\"]+)\".*\\s*", "$1");
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        long end = Long.parseLong(claims.replaceAll(".*\"exp\":(\\d+).*", "$1"));
        assertThat(end - now).isBetween(600L, 1_200L);
    }

    @Test
    @DisplayName("S8: no cache keeps a token, and its answer is JSON")
    void s8_noCacheKeepsAToken() throws IOException {
        ask("localhost", "127.0.0.1");

        assertThat(call.calls).contains("setContentType application/json", "setHeader Cache-Control");
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

        assertThat(call.status).isEqualTo(404);
    }

    private void ask(String host, String peer) throws IOException {
        call.host = host;
        call.peer = peer;
        servlet.doGet(call.request(), call.response());
    }
}
