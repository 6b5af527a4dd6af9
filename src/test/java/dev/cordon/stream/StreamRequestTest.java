package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.http.Query;
import dev.cordon.stream.StreamRequest.UnusableException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StreamRequestTest {
    private static final Optional<String> BEARER = Optional.of("bearer  t ");
    private static final Optional<String> NONE = Optional.empty();

    private static StreamRequest read(
            String query, Optional<String> authorization, Optional<String> lastEventId, String body)
            throws UnusableException {
        return StreamRequest.read(
                new Query(query), authorization, lastEventId, Optional.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String command(StreamRequest of) {
        return of.connect();
    }

    private static void rejected(
            int status, String why, String query, Optional<String> authorization, Optional<String> id, String body) {
        assertThatThrownBy(() -> read(query, authorization, id, body))
                .isInstanceOfSatisfying(
                        UnusableException.class, e -> assertThat(e.status()).isEqualTo(status))
                .hasMessageContaining(why);
    }

    @Test
    void readsTheTokenOfTheHeaderOrOfTheBody() throws UnusableException {
        assertThat(command(read("", BEARER, NONE, ""))).isEqualTo("{\"id\":1,\"connect\":{\"token\":\"t\"}}");
        assertThat(command(read("", NONE, NONE, "{\"token\":\"b\",\"name\":\"js\",\n\"data\":{\"session\":\"s\"}}")))
                .isEqualTo("{\"id\":1,\"connect\":{\"token\":\"b\",\"data\":{\"session\":\"s\"},\"name\":\"js\"}}");
    }

    @Test
    void readsTheConnectRequestOfTheAddress() throws UnusableException {
        String asked = URLEncoder.encode(
                "{\"subs\":{\"#ann\":{\"recover\":true,\"epoch\":\"e\",\"offset\":3}}}", StandardCharsets.UTF_8);

        StreamRequest read = read("ticket=abc&cf_connect=" + asked, NONE, NONE, "");

        assertThat(read.ticket()).contains("abc");
        assertThat(command(read))
                .isEqualTo(
                        "{\"id\":1,\"connect\":{\"token\":\"\",\"subs\":{\"#ann\":{\"recover\":true,\"epoch\":\"e\",\"offset\":3}}}}");
    }

    @Test
    void emptyParametersAreNone() throws UnusableException {
        StreamRequest read = read("ticket=&cf_connect=%20", BEARER, NONE, "");

        assertThat(read.ticket()).isEmpty();
        assertThat(command(read)).isEqualTo("{\"id\":1,\"connect\":{\"token\":\"t\"}}");
    }

    @Test
    @DisplayName("the position of Last-Event-ID, or of the address for a new EventSource, becomes subs")
    void readsThePosition() throws UnusableException {
        String expected =
                "{\"id\":1,\"connect\":{\"token\":\"t\",\"subs\":{\"#ann\":{\"recover\":true,\"epoch\":\"e1\",\"offset\":7}}}}";

        assertThat(command(read("", BEARER, Optional.of("%23ann:e1:7"), "{\"subs\":{}}")))
                .isEqualTo(expected);
        assertThat(command(read("last_event_id=%2523ann%3Ae1%3A7", BEARER, NONE, "")))
                .isEqualTo(expected);
        assertThat(command(read("last_event_id=", BEARER, NONE, ""))).doesNotContain("subs");
    }

    @Test
    @DisplayName(
            "a client that comes back by itself keeps its address, so that the position of the header is the newer one")
    void theHeaderIsNewerThanTheAddress() throws UnusableException {
        String started = "last_event_id=%2523ann%3Ae1%3A3";

        assertThat(command(read(started, BEARER, Optional.of("%23ann:e1:7"), "")))
                .contains("\"offset\":7");
        assertThat(command(read(started, BEARER, Optional.of(""), ""))).contains("\"offset\":3");
    }

    @Test
    @DisplayName("the requests of curl in docs/clients.md are understood")
    void readsTheRequestsOfTheDocument() throws UnusableException, IOException {
        String document = Files.readString(Path.of("docs/clients.md"));
        String subs = "\"subs\":{\"#bob\":{\"recover\":true,\"epoch\":\"p3Zt0mVbQ1xWc7Ke\",\"offset\":7}}";

        assertThat(command(read("", BEARER, Optional.of(first("LAST='(\\S+)'", document)), "")))
                .contains(subs);
        assertThat(command(read(
                        "", NONE, NONE, first("-d \"(\\{.*})\"\n", document).replace("\\\"", "\""))))
                .isEqualTo("{\"id\":1,\"connect\":{\"token\":\"$TOKEN\",\"data\":{\"session\":\"my-script\"}}}");
        assertThat(command(read("", BEARER, NONE, "{" + first("`(\"subs\":.*?)`", document) + "}")))
                .contains(subs);
    }

    private static String first(String pattern, String document) {
        Matcher found = Pattern.compile(pattern).matcher(document);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    @Test
    void rejectsWhatItCannotUse() {
        rejected(401, "no token: send Authorization", "", NONE, NONE, "");
        rejected(401, "Authorization must be Bearer", "", Optional.of("Basic eA=="), NONE, "");
        rejected(400, "more than one token", "ticket=a", BEARER, NONE, "");
        rejected(400, "ends up in logs", "cf_connect=%7B%22token%22%3A%22t%22%7D", NONE, NONE, "");
        rejected(400, "in the address ends up in logs: send it as Authorization", "token=t", NONE, NONE, "");
        rejected(400, "take a ticket from POST /connection/ticket", "tiket=a&token=t", BEARER, NONE, "");
        rejected(400, "in the address and in the body", "cf_connect=%7B%7D", BEARER, NONE, "{}");
        rejected(400, "tokn", "", NONE, NONE, "{\"tokn\":\"t\"}");
        rejected(400, "tiket", "tiket=a", NONE, NONE, "");
        rejected(400, "token must be a string", "", NONE, NONE, "{\"token\":1}");
        for (String id : new String[] {"x", "a:b", "a:b:c", "a:b:-1", "a:b:1;", "%zz:b:1", "x".repeat(5_000)}) {
            rejected(400, "Last-Event-ID is not an id", "", BEARER, Optional.of(id), "");
        }
    }
}
