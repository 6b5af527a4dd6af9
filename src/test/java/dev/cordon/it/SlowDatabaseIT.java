package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.jdbc.DatabaseProxy;
import dev.cordon.jdbc.ServerUnderTest;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server with four threads, while the log's database does not answer. */
class SlowDatabaseIT {
    private static final int PUBLISHERS = 64;
    private static final String ECHO = "{\"id\":9,\"rpc\":{\"method\":\"echo\",\"data\":9}}";

    /** Offers no HTTP/2, so that requests go the same way as those of back ends. */
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"auto", "servlet"})
    @DisplayName(
            "D3: while the database does not answer, 64 publishers, readers and a socket wait, other clients do not")
    void clientsThatDoNotNeedTheDatabaseAreNotDelayed(String transport) throws Exception {
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"));
                DatabaseProxy proxy = new DatabaseProxy(Integer.parseInt(database.port()));
                MicroServer server = MicroServer.start(settings(database, proxy, transport), "-Xmx512m")
                        .ready()) {
            Cordon cordon = new Cordon(server.base());
            publish(cordon, 0).get(20, TimeUnit.SECONDS);
            try (RawSocket bob = RawSocket.connected(cordon, cordon.token("bob"));
                    RawSocket backEnd = RawSocket.connected(cordon, cordon.token("back-end", "publisher"));
                    RawSocket neighbour = RawSocket.connected(cordon, cordon.token("neighbour"))) {
                proxy.hold();
                List<CompletableFuture<HttpResponse<String>>> publishes = IntStream.range(0, PUBLISHERS)
                        .mapToObj(i -> publish(cordon, i))
                        .toList();
                List<CompletableFuture<HttpResponse<String>>> reads = IntStream.range(0, 8)
                        .mapToObj(i -> post(cordon, "history", "{\"channel\":\"#bob\"}"))
                        .toList();
                backEnd.send("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":1}}");
                bob.send("{\"id\":3,\"subscribe\":{\"channel\":\"t#bob\"}}");

                neighbour.send(ECHO);
                assertThat(neighbour.next()).isEqualTo("{\"id\":9,\"rpc\":{\"data\":9}}");
                assertThat(cordon.get("health/live").statusCode()).isEqualTo(200);
                RawSocket.open(cordon.socket()).close();
                assertThat(publishes).as("the publishes still wait").noneMatch(CompletableFuture::isDone);
                assertThat(reads).noneMatch(CompletableFuture::isDone);

                proxy.release();
                for (CompletableFuture<HttpResponse<String>> publish : publishes) {
                    assertThat(publish.get(20, TimeUnit.SECONDS).statusCode()).isIn(200, 503);
                }
                for (CompletableFuture<HttpResponse<String>> read : reads) {
                    assertThat(read.get(20, TimeUnit.SECONDS).statusCode()).isIn(200, 503);
                }
                assertThat(backEnd.next()).startsWith("{\"id\":2,");
                assertThat(server.log()).doesNotContain("\tat ");
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> publish(cordon, 1).get(20, TimeUnit.SECONDS).statusCode() == 200);
        }
    }

    private static Map<String, String> settings(ServerUnderTest database, DatabaseProxy proxy, String transport) {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_LOG", "jdbc");
        settings.put("CORDON_JDBC_URL", database.url().replace(":" + database.port() + "/", ":" + proxy.port() + "/"));
        settings.put("CORDON_JDBC_USER", "postgres");
        settings.put("CORDON_JDBC_PASSWORD", "postgres");
        settings.put("CORDON_TRANSPORT", transport);
        return settings;
    }

    private CompletableFuture<HttpResponse<String>> publish(Cordon cordon, int user) {
        return post(cordon, "publish", "{\"channel\":\"#user" + user + "\",\"data\":1}");
    }

    private CompletableFuture<HttpResponse<String>> post(Cordon cordon, String method, String json) {
        HttpRequest request = HttpRequest.newBuilder(cordon.base().resolve("api/" + method))
                .header("X-API-Key", Cordon.apiKey())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }
}
