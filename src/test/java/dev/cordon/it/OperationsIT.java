package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator and a security scanner see of the running server. */
@ExtendWith(ArquillianExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
@RunAsClient
class OperationsIT {
    private static final Duration SYNC = Duration.ofSeconds(5);

    @ArquillianResource
    private URI shared;

    private Cordon cordon() {
        return Cordon.at(shared);
    }

    @Test
    @DisplayName("F46 F47 the health of the running server reports Cordon")
    void healthReportsCordon() {
        HttpResponse<String> ready = cordon().get("health/ready");
        HttpResponse<String> live = cordon().get("health/live");

        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).contains("\"UP\"").contains("cordon");
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(live.body()).contains("\"UP\"").contains("cordon");
    }

    @Test
    void infoNamesTheVersionAndTheCommitOfTheWar() throws IOException {
        try (JarFile war = new JarFile(System.getProperty("cordon.war"))) {
            Attributes manifest = war.getManifest().getMainAttributes();

            assertThat(cordon().api("info", "{}").body())
                    .contains("\"version\":\"cordon " + manifest.getValue("Implementation-Version") + "\"")
                    .contains("\"commit\":\"" + manifest.getValue("Implementation-Build") + "\"");
        }
    }

    @Test
    @DisplayName("F45 F46 publishes, deliveries and a rejected handshake move their metrics")
    void publishesAndARejectedHandshakeMoveTheirMetrics() {
        double accepted = cordon().metric("cordon_accepted_total");
        double delivered = cordon().metric("cordon_delivered_total");
        double without = cordon().metric("cordon_without_connection_total");
        double origin = cordon().metric("cordon_rejected_total", "reason=\"origin\"");
        try (RawSocket alice = RawSocket.connected(cordon(), cordon().token("ops-alice"))) {
            for (int i = 0; i < 7; i++) {
                cordon().api("publish", "{\"channel\":\"#ops-alice\",\"data\":" + i + "}");
                assertThat(alice.next()).contains("\"data\":" + i);
            }
            cordon().api("publish", "{\"channel\":\"#ops-nobody\",\"data\":1}");
            try (WireClient foreign = WireClient.dial(cordon().base())) {
                foreign.raw(
                        WireClient.handshake(cordon().base(), java.util.Map.of("Origin", "http://elsewhere.example")));
                assertThat(foreign.response()).contains(" 403 ");
            }

            await().atMost(SYNC).untilAsserted(() -> {
                assertThat(cordon().metric("cordon_accepted_total")).isGreaterThanOrEqualTo(accepted + 8);
                assertThat(cordon().metric("cordon_delivered_total")).isGreaterThanOrEqualTo(delivered + 7);
                assertThat(cordon().metric("cordon_without_connection_total")).isGreaterThanOrEqualTo(without + 1);
                assertThat(cordon().metric("cordon_rejected_total", "reason=\"origin\""))
                        .isEqualTo(origin + 1);
                assertThat(cordon().metric("cordon_managers")).isPositive();
                assertThat(cordon().metric("cordon_connections")).isPositive();
            });
        }
        assertThat(cordon().metric("cordon_violations_total")).isZero();
    }

    @Test
    void everyDocumentedMetricIsExportedAndViceVersa() throws Exception {
        Set<String> exported = names(cordon().get("metrics?scope=application").body(), "(?m)^(cordon_[a-z0-9_]+)[ {]");
        Set<String> documented =
                names(java.nio.file.Files.readString(java.nio.file.Path.of("docs/metrics.md")), "`(cordon_[a-z0-9_]+)");

        assertThat(exported).isNotEmpty().isSubsetOf(documented);
        assertThat(documented).isSubsetOf(exported);
    }

    private static Set<String> names(String text, String pattern) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "index.html",
                "js/main.js",
                "console/",
                "console/main.js",
                "console/api/state",
                "no/such/page"
            })
    void everyPageHasAStrictContentSecurityPolicy(String path) {
        HttpResponse<String> response = cordon().get(path);

        assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'")
                .contains("script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    }

    @ParameterizedTest
    @CsvSource({"no/such/page,404", "WEB-INF/web.xml,404", "%2e%2e/etc/passwd,400|404", "api/no-such-method,404|405"})
    void noErrorNamesTheServer(String path, String expected) {
        HttpResponse<String> response = cordon().get(path);

        assertThat(expected.split("\\|", -1)).contains(Integer.toString(response.statusCode()));
        assertThat(response.body() + response.headers().map())
                .doesNotContainIgnoringCase("payara")
                .doesNotContainIgnoringCase("grizzly")
                .doesNotContain("Exception");
    }

    @Test
    void anErrorNeverRepeatsTheTokenOfItsRequest() {
        String canary = "canary-4711-token";
        HttpResponse<String> response = cordon().send(HttpRequest.newBuilder(
                        cordon().base().resolve("api/publish"))
                .header("Authorization", "Bearer " + canary)
                .POST(HttpRequest.BodyPublishers.ofString("{\"channel\":\"#a\",\"data\":\"" + canary + "\"}")));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).doesNotContain("canary");
    }

    @Test
    @DisplayName("F21 the answer to a publish has its offset and the number of connections that got it")
    void theAnswerToAPublishHasItsOffsetAndItsConnections() {
        try (RawSocket one = RawSocket.connected(cordon(), cordon().token("ops-receipt"));
                RawSocket two = RawSocket.connected(cordon(), cordon().token("ops-receipt"))) {
            assertThat(cordon().api("publish", "{\"channel\":\"#ops-receipt\",\"data\":1}")
                            .body())
                    .contains("\"offset\":")
                    .contains("\"connections\":2");
            assertThat(one.next()).isEqualTo(two.next());
        }
        assertThat(cordon().api("publish", "{\"channel\":\"#ops-away\",\"data\":1}")
                        .body())
                .contains("\"offset\":")
                .contains("\"connections\":0");
    }

    @Test
    @Tag("payara")
    @DisplayName("S8: a client behind a proxy gets neither metrics nor the API's description")
    void s8_strangersGetNoFigures() {
        for (String path : new String[] {"metrics?scope=application", "metrics", "openapi"}) {
            HttpResponse<String> proxied = cordon().send(
                            HttpRequest.newBuilder(cordon().base().resolve(path))
                                    .header("X-Forwarded-For", "203.0.113.7"));
            assertThat(proxied.statusCode()).as(path).isEqualTo(401);
        }
    }

    @Test
    @DisplayName("S8: a page under a foreign name gets no development token")
    void s8_strangersGetNoTokens() {
        try (WireClient page = WireClient.dial(cordon().base())) {
            page.raw(
                    "GET /dev/token?user=ops&groups=operator HTTP/1.1\r\nHost: evil.example:8080\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(page.response()).contains(" 403 ").doesNotContain("\"token\"");
        }
        assertThat(cordon().get("dev/token?user=ann").statusCode()).isEqualTo(200);
        assertThat(cordon().get("dev/token?usr=ann").body())
                .contains("/dev/token has no field usr: did you mean user?");
        for (String ttl : new String[] {"9223372036854775807", "-9223372036854775808", "1e3", ""}) {
            HttpResponse<String> rejected = cordon().get("dev/token?user=ann&ttl=" + ttl);
            assertThat(rejected.statusCode()).as(ttl).isEqualTo(400);
            assertThat(rejected.body()).contains("ttl must be a whole number of seconds");
        }
    }

    @Test
    @DisplayName("S8: a node that is alone cannot be killed by a page, not even in development mode")
    void s8_aNodeThatIsAloneCannotBeKilled() {
        URI kill = cordon().base()
                .resolve("dev/kill?node=127.0.0.1:" + cordon().base().getPort());

        HttpResponse<String> rejected = cordon().send(HttpRequest.newBuilder(kill)
                .header("Origin", cordon().base().resolve("/").toString().replaceAll("/$", ""))
                .POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(rejected.statusCode()).isEqualTo(404);
        assertThat(cordon().get("health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("S6: the console's feed needs an operator's token, even from the same user, and takes no publish")
    void s6_theConsolesFeedIsForOperatorsOnly() {
        String operatorsToken = cordon().token("ops-chief", "operator");
        String subscribe = "{\"id\":2,\"subscribe\":{\"channel\":\"console#ops-chief\"}}";
        try (RawSocket operator = RawSocket.connected(cordon(), operatorsToken);
                RawSocket namesake = RawSocket.connected(cordon(), cordon().token("ops-chief"));
                RawSocket backEnd = RawSocket.connected(cordon(), cordon().token("ops-back-end", "publisher"))) {
            operator.send(subscribe);
            assertThat(operator.next()).isEqualTo("{\"id\":2,\"subscribe\":{}}");
            look(operatorsToken);
            assertThat(operator.next()).startsWith("{\"push\":{\"channel\":\"console#ops-chief\"");

            namesake.send(subscribe);
            assertThat(namesake.next()).contains("\"code\":103,").contains("whose groups have operator");
            namesake.send("{\"id\":3,\"history\":{\"channel\":\"console#ops-chief\",\"limit\":-1}}");
            assertThat(namesake.next()).contains("\"code\":103,");
            backEnd.send("{\"id\":2,\"publish\":{\"channel\":\"console#ops-chief\",\"data\":\"forged\"}}");
            assertThat(backEnd.next()).contains("\"code\":103,").contains("only the node publishes");
            assertThat(cordon().api("publish", "{\"channel\":\"console#ops-chief\",\"data\":\"forged\"}")
                            .statusCode())
                    .isEqualTo(403);
            operator.send("{\"id\":3,\"history\":{\"channel\":\"console#ops-chief\",\"limit\":-1}}");
            await().atMost(SYNC).until(operator::next, answer -> answer.contains("\"code\":108,"));

            look(operatorsToken);
            assertThat(operator.next())
                    .startsWith("{\"push\":{\"channel\":\"console#ops-chief\"")
                    .doesNotContain("forged");
            assertThat(namesake.rest()).isEmpty();
        }
    }

    private void look(String token) {
        assertThat(cordon().send(HttpRequest.newBuilder(cordon().base().resolve("console/api/state"))
                                .header("Authorization", "Bearer " + token))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theOpenApiDocumentIsServed() {
        HttpResponse<String> document = cordon().get("openapi");

        assertThat(document.statusCode()).isEqualTo(200);
        for (String method : new String[] {
            "publish", "broadcast", "batch", "presence", "history", "history_remove", "disconnect", "info"
        }) {
            assertThat(document.body()).contains("\n  /api/" + method + ":");
        }
    }
}
