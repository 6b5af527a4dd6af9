package dev.cordon.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ClientState;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.ConnectingEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenGetter;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.DuplicateSubscriptionException;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.HistoryOptions;
import io.github.centrifugal.centrifuge.HistoryResult;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PresenceResult;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.RPCResult;
import io.github.centrifugal.centrifuge.ReplyError;
import io.github.centrifugal.centrifuge.ResultCallback;
import io.github.centrifugal.centrifuge.ServerPublicationEvent;
import io.github.centrifugal.centrifuge.ServerSubscribedEvent;
import io.github.centrifugal.centrifuge.StreamPosition;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import io.github.centrifugal.centrifuge.TokenCallback;
import io.github.centrifugal.centrifuge.UnsubscribedEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unmodified SDK for Java, which speaks Protobuf only, on a node with its log in a file. */
class JavaSdkIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static @Nullable MicroServer server;

    private final List<Client> clients = new CopyOnWriteArrayList<>();

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_LOG", "jdbc");
        settings.put("CORDON_JDBC_URL", "jdbc:h2:" + folder.resolve("log") + ";WRITE_DELAY=0");
        return settings;
    }

    @BeforeAll
    static void start() {
        server = MicroServer.start(settings()).ready();
    }

    @AfterAll
    static void stop() {
        server().close();
    }

    private static MicroServer server() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    private static Cordon cordon() {
        return new Cordon(server().base());
    }

    @AfterEach
    void closeClients() throws InterruptedException {
        for (Client client : clients) {
            boolean unused = client.close(0);
        }
    }

    /** What happens to a client, in words, and what it receives. */
    private static final class Heard extends EventListener {
        final List<String> events = new CopyOnWriteArrayList<>();
        final List<String> publications = new CopyOnWriteArrayList<>();
        final List<Map<String, String>> tags = new CopyOnWriteArrayList<>();

        @Override
        public void onConnecting(Client client, ConnectingEvent event) {
            events.add("connecting " + event.getCode());
        }

        @Override
        public void onConnected(Client client, ConnectedEvent event) {
            events.add("connected");
        }

        @Override
        public void onDisconnected(Client client, DisconnectedEvent event) {
            events.add("disconnected " + event.getCode() + " " + event.getReason());
        }

        @Override
        public void onSubscribed(Client client, ServerSubscribedEvent event) {
            events.add("subscribed " + event.getChannel() + recovery(event.wasRecovering(), event.getRecovered()));
        }

        @Override
        public void onPublication(Client client, ServerPublicationEvent event) {
            tags.add(event.getTags());
            publications.add(event.getOffset() + " " + new String(event.getData(), UTF_8));
        }
    }

    private static String recovery(boolean was, boolean recovered) {
        return was ? " recovered=" + recovered : "";
    }

    private Client client(Heard heard, Supplier<String> token) {
        Options options = new Options();
        options.setMinReconnectDelay(100);
        options.setMaxReconnectDelay(300);
        options.setTokenGetter(new ConnectionTokenGetter() {
            @Override
            public void getConnectionToken(ConnectionTokenEvent event, TokenCallback callback) {
                callback.Done(null, token.get());
            }
        });
        Client client = new Client(cordon().socket().toString(), options, heard);
        clients.add(client);
        return client;
    }

    private Client connected(Heard heard, String user, String... groups) {
        String token = cordon().token(user, groups);
        Client client = client(heard, () -> token);
        client.connect();
        await().atMost(SOON).until(() -> client.getState() == ClientState.CONNECTED);
        return client;
    }

    /** Waits for the answer to a command. */
    private static <T> T answer(Consumer<ResultCallback<T>> command) throws InterruptedException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        command.accept((failure, result) -> {
            boolean unused = failure == null ? answer.complete(result) : answer.completeExceptionally(failure);
        });
        try {
            return answer.get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReplyError error) {
                throw new IllegalStateException(error.getCode() + " " + error.getMessage(), error);
            }
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void publish(String channel, String json) {
        assertThat(cordon().api("publish", "{\"channel\":\"" + channel + "\",\"data\":" + json + "}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("C5: what is published over HTTP arrives with the very bytes of its JSON")
    void receivesTheBytesThatWerePublished() {
        Heard heard = new Heard();
        connected(heard, "sdk-bytes");

        publish("#sdk-bytes", "{\"é\": [1,  2.0e1, \"\\u00e9\"]}");

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(heard.publications).containsExactly("1 {\"é\": [1,  2.0e1, \"\\u00e9\"]}"));
        assertThat(heard.events).contains("connected", "subscribed #sdk-bytes");
    }

    @Test
    @DisplayName("C5: the program of docs/clients.md prints what is published")
    void runsTheProgramOfTheDocument() throws IOException {
        Matcher program = Pattern.compile("```java\\n(import io\\.github.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/clients.md")));
        assertThat(program.find()).isTrue();
        Path source = Files.writeString(folder.resolve("Receive.java"), program.group(1));
        Process running = new ProcessBuilder(
                        MicroServer.java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString(),
                        cordon().socket().toString(),
                        cordon().token("sdk-program"))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader printed = running.inputReader(UTF_8)) {
            await().atMost(SOON)
                    .until(() -> cordon().api("connections", "{\"user\":\"sdk-program\"}")
                            .body()
                            .contains("sdk-program"));

            publish("#sdk-program", "{\"text\":\"hello\"}");

            assertThat(printed.readLine()).isEqualTo("1 {\"text\":\"hello\"}");
        } finally {
            running.destroyForcibly().onExit().join();
        }
    }

    @Test
    @DisplayName("C5: a client resumes without a gap over a restart of the node")
    void resumesOverARestart() {
        Heard heard = new Heard();
        connected(heard, "sdk-resume");
        publish("#sdk-resume", "1");
        publish("#sdk-resume", "2");
        await().atMost(SOON).until(() -> heard.publications.size() == 2);
        int port = server().base().getPort();

        server().kill();
        server().close();
        server = MicroServer.start(port, settings(), List.of()).ready();
        publish("#sdk-resume", "3");

        await().atMost(SOON).untilAsserted(() -> assertThat(heard.publications).containsExactly("1 1", "2 2", "3 3"));
        assertThat(heard.events)
                .containsSubsequence("connected", "connecting 1", "connected", "subscribed #sdk-resume recovered=true");
    }

    @Test
    @DisplayName("C5: a client whose position is gone is told recovered:false")
    void isToldWhenSomethingIsGone() {
        Heard heard = new Heard();
        Client client = connected(heard, "sdk-gone");
        publish("#sdk-gone", "1");
        await().atMost(SOON).until(() -> heard.publications.size() == 1);

        client.disconnect();
        await().atMost(SOON).until(() -> client.getState() == ClientState.DISCONNECTED);
        publish("#sdk-gone", "2");
        assertThat(cordon().api("history_remove", "{\"channel\":\"#sdk-gone\"}").statusCode())
                .isEqualTo(200);
        client.connect();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(heard.events).contains("subscribed #sdk-gone recovered=false"));
    }

    @Test
    @DisplayName("C5: a client refreshes its token in time and stays")
    void refreshesItsToken() {
        Heard heard = new Heard();
        AtomicInteger tokens = new AtomicInteger();
        Client client = client(
                heard,
                () -> cordon().shortToken("sdk-refresh", tokens.getAndIncrement() == 0 ? Duration.ofSeconds(3) : SOON));
        client.connect();
        await().atMost(SOON).until(() -> client.getState() == ClientState.CONNECTED);
        String first = expiry("sdk-refresh");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(expiry("sdk-refresh")).isNotEqualTo(first));

        assertThat(tokens).hasValue(2);
        assertThat(heard.events).filteredOn("connected"::equals).hasSize(1);
    }

    private static String expiry(String user) {
        return cordon().api("connections", "{\"user\":\"" + user + "\"}")
                .body()
                .replaceAll(".*(\"expire_at\":\\d+).*", "$1");
    }

    @Test
    @DisplayName("C5: a client subscribes to topics of its user, and to no other's")
    void subscribesToTopics() throws DuplicateSubscriptionException {
        Client client = connected(new Heard(), "sdk-topic");
        List<String> events = new CopyOnWriteArrayList<>();
        SubscriptionEventListener listener = new SubscriptionEventListener() {
            @Override
            public void onSubscribed(Subscription subscription, SubscribedEvent event) {
                events.add("subscribed " + subscription.getChannel());
            }

            @Override
            public void onPublication(Subscription subscription, PublicationEvent event) {
                events.add(event.getOffset() + " " + new String(event.getData(), UTF_8));
            }

            @Override
            public void onUnsubscribed(Subscription subscription, UnsubscribedEvent event) {
                events.add("unsubscribed " + subscription.getChannel() + " " + event.getCode());
            }
        };

        client.newSubscription("news#sdk-topic", listener).subscribe();
        await().atMost(SOON).until(() -> events.contains("subscribed news#sdk-topic"));
        publish("news#sdk-topic", "\"new\"");
        await().atMost(SOON).until(() -> events.contains("1 \"new\""));
        client.newSubscription("news#somebody", listener).subscribe();

        await().atMost(SOON).until(() -> events.contains("unsubscribed news#somebody 103"));
    }

    @Test
    @DisplayName("C5: a publisher publishes, and others are rejected with 103")
    void publishesWithTheRole() throws InterruptedException {
        Heard heard = new Heard();
        Client alice = connected(heard, "sdk-alice");
        Client publisher = connected(new Heard(), "sdk-publisher", "publisher");

        Object unused = JavaSdkIT.<Object>answer(
                done -> publisher.publish("#sdk-alice", "{\"n\":1}".getBytes(UTF_8), done::onDone));

        await().atMost(SOON).until(() -> heard.publications.equals(List.of("1 {\"n\":1}")));
        assertThatThrownBy(() -> JavaSdkIT.<Object>answer(
                        done -> alice.publish("#sdk-publisher", "1".getBytes(UTF_8), done::onDone)))
                .hasMessageStartingWith("103 ");
    }

    @Test
    @DisplayName("C5: opaque bytes go from client to client as they are, and tags come with a message")
    void carriesOpaqueBytesAndTags() throws InterruptedException {
        Heard heard = new Heard();
        connected(heard, "sdk-opaque");
        Client publisher = connected(new Heard(), "sdk-publisher", "publisher");

        Object unused = JavaSdkIT.<Object>answer(
                done -> publisher.publish("#sdk-opaque", "\u0001é\n".getBytes(UTF_8), done::onDone));
        String tagged = "{\"channel\":\"#sdk-opaque\",\"b64data\":\"aGk=\",\"tags\":{\"kind\":\"icon\"}}";
        assertThat(cordon().api("publish", tagged).statusCode()).isEqualTo(200);

        await().atMost(SOON).until(() -> heard.publications.equals(List.of("1 \u0001é\n", "2 hi")));
        assertThat(heard.tags).containsExactly(Map.of(), Map.of("kind", "icon"));
    }

    @Test
    @DisplayName("C5: rpc, acknowledgement, history and presence answer as with JSON")
    void callsTheOtherMethods() throws InterruptedException {
        Heard heard = new Heard();
        Client client = connected(heard, "sdk-methods");
        publish("#sdk-methods", "1");
        publish("#sdk-methods", "2");
        await().atMost(SOON).until(() -> heard.publications.size() == 2);

        RPCResult echo = answer(done -> client.rpc("echo", "[\"é\"]".getBytes(UTF_8), done));
        RPCResult ack =
                answer(done -> client.rpc("ack", "{\"channel\":\"#sdk-methods\",\"upto\":1}".getBytes(UTF_8), done));
        HistoryResult history = answer(done -> client.history(
                "#sdk-methods", new HistoryOptions.Builder().withLimit(10).build(), done));
        HistoryResult since = answer(done -> client.history(
                "#sdk-methods",
                new HistoryOptions.Builder()
                        .withLimit(10)
                        .withSince(new StreamPosition(1, history.getEpoch()))
                        .build(),
                done));
        PresenceResult presence = answer(done -> client.presence("#sdk-methods", done));

        assertThat(new String(echo.getData(), UTF_8)).isEqualTo("[\"é\"]");
        assertThat(new String(ack.getData(), UTF_8)).isEqualTo("{}");
        assertThat(history.getOffset()).isEqualTo(2);
        assertThat(since.getPublications())
                .singleElement()
                .satisfies(each -> assertThat(new String(each.getData(), UTF_8)).isEqualTo("2"));
        assertThat(presence.getClients().values())
                .singleElement()
                .satisfies(each -> assertThat(each.getUser()).isEqualTo("sdk-methods"));
        assertThatThrownBy(() -> JavaSdkIT.<RPCResult>answer(done -> client.rpc("nothing", "{}".getBytes(UTF_8), done)))
                .hasMessageStartingWith("104 ");
    }

    @Test
    @DisplayName("C5: after a final code the client stops, after another one it comes back")
    void obeysCloseCodes() {
        Heard heard = new Heard();
        Client client = connected(heard, "sdk-final");
        String disconnect = "{\"user\":\"sdk-final\",\"disconnect\":{\"code\":%d,\"reason\":\"as in a test\"}}";

        assertThat(cordon().api("disconnect", disconnect.formatted(4001)).statusCode())
                .isEqualTo(200);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(heard.events).filteredOn("connected"::equals).hasSize(2));
        assertThat(cordon().api("disconnect", disconnect.formatted(4500)).statusCode())
                .isEqualTo(200);

        await().atMost(SOON).until(() -> client.getState() == ClientState.DISCONNECTED);
        assertThat(heard.events).contains("connecting 4001", "disconnected 4500 as in a test");

        Heard stranger = new Heard();
        client(stranger, () -> "no.valid.token").connect();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(stranger.events)
                        .anyMatch(event -> event.startsWith("disconnected 3500 invalid token")));
    }
}
