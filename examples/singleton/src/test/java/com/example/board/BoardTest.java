package com.example.board;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.board.before.Board;
import com.example.board.before.BoardSocket;
import com.sun.net.httpserver.HttpServer;
import dev.cordon.client.CordonClient;
import dev.cordon.endpoint.FakeSession;
import dev.cordon.legacy.MigrationAdapter;
import dev.cordon.legacy.MigrationCounters;
import dev.cordon.legacy.MigrationReport.Path;
import dev.cordon.legacy.MigrationSettings;
import dev.cordon.legacy.MigrationStatus;
import dev.cordon.legacy.SingletonWebSocketManager;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.json.JsonFields;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of docs/migration.md, step by step, on a node without a container. */
class BoardTest {
    private final TestNode node = new TestNode();
    private volatile MigrationSettings settings = MigrationSettings.DEFAULTS;
    private final MigrationAdapter migration = new MigrationAdapter(
            new SingletonWebSocketManager(Duration.ofSeconds(1)),
            node.factory,
            node.publisher,
            () -> settings,
            new MigrationCounters(),
            node.time,
            node.time);
    private final com.example.board.adapter.BoardSocket socket = new com.example.board.adapter.BoardSocket();
    private final com.example.board.adapter.Board board = new com.example.board.adapter.Board();

    @BeforeEach
    void start() {
        MigrationAdapter.started(() -> migration);
    }

    @AfterEach
    void stop() {
        MigrationAdapter.stopped();
    }

    private FakeSession opens(String user) {
        FakeSession page = new FakeSession(user).sends();
        socket.opened(page.session);
        return page;
    }

    @Test
    void asItWas() {
        BoardSocket endpoint = new BoardSocket();
        FakeSession ann = new FakeSession("ann");
        FakeSession ben = new FakeSession("ben");
        endpoint.opened(ann.session);
        endpoint.opened(ben.session);
        Board before = new Board();

        endpoint.command(ben.session, "assign 7 ann");
        endpoint.command(ann.session, "done 7");

        assertThat(ann.texts).containsExactly("{\"assigned\":7}");
        assertThat(ben.texts).containsExactly("{\"done\":7}");
        assertThat(before.online("ann")).isTrue();
        endpoint.closed(ann.session);
        endpoint.closed(ben.session);
        assertThat(before.online("ann")).isFalse();
    }

    @Test
    void pagesSeeNoDifferenceWhateverTheShare() {
        for (int share : new int[] {0, 50, 100}) {
            settings = new MigrationSettings(share, false);
            FakeSession ann = opens("ann");
            FakeSession ben = opens("ben");

            socket.command(ben.session, "assign 7 ann");
            socket.command(ann.session, "done 7");

            assertThat(ann.texts).as("share %d", share).containsExactly("{\"assigned\":7}");
            assertThat(ben.texts).as("share %d", share).containsExactly("{\"done\":7}");
            assertThat(board.online("ann")).isTrue();
            socket.closed(ann.session);
            socket.closed(ben.session);
            assertThat(board.online("ann")).isFalse();
        }
    }

    @Test
    void fromTheFirstLineToAHundredPerCent() throws IOException {
        // 1. The adapter is in the singleton's place, and both are compared.
        settings = new MigrationSettings(0, true);
        FakeSession ann = opens("ann");
        FakeSession ben = opens("ben");
        board.assigned(1, "ann");
        board.done(1, "ann");
        MigrationStatus compared = migration.status();
        assertThat(compared.compared().equal()).isTrue();
        assertThat(compared.compared().messages()).isEqualTo(2);
        assertThat(compared.legacyConnections()).isEqualTo(2);
        assertThat(compared.sites()).extracting(site -> site.call().method()).contains("sendToUser", "broadcastExcept");

        // 2. All users move. Pages that are open stay where they are, and get everything.
        settings = new MigrationSettings(100, false);
        board.assigned(2, "ann");
        assertThat(ann.texts).containsExactly("{\"assigned\":1}", "{\"assigned\":2}");
        assertThat(migration.report().calls(Path.BOTH)).isEqualTo(1);

        // 3. They come back one by one, and nothing needs the singleton any more.
        socket.closed(ann.session);
        socket.closed(ben.session);
        ann = opens("ann");
        long old = migration.report().calls(Path.LEGACY) + migration.report().calls(Path.BOTH);
        board.assigned(3, "ann");
        assertThat(ann.texts).containsExactly("{\"assigned\":3}");
        assertThat(migration.status().legacyConnections()).isZero();
        assertThat(migration.report().calls(Path.LEGACY) + migration.report().calls(Path.BOTH))
                .isEqualTo(old);

        // 4. The calls are replaced. Old pages and new ones get what is published directly.
        long calls = migration.report().calls(Path.FACTORY);
        Peer page = node.connect("ann", "page");
        try (Api api = new Api();
                CordonClient cordon = CordonClient.builder()
                        .nodes(api.address())
                        .apiKey("example-key")
                        .build()) {
            var direct = new com.example.board.direct.Board(cordon, user -> List.of("ann"));
            direct.assigned(4, "ann");
            direct.done(5, "ben");
            assertThat(direct.online("ann")).isTrue();
        }
        assertThat(ann.texts).containsExactly("{\"assigned\":3}", "{\"assigned\":4}", "{\"done\":5}");
        assertThat(page.wire().offsets()).hasSize(2);
        assertThat(migration.report().calls(Path.FACTORY)).isEqualTo(calls);
    }

    /** The server API of the node, as far as the board uses it. */
    private final class Api implements AutoCloseable {
        private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

        Api() throws IOException {
            server.createContext("/", exchange -> {
                JsonFields fields = JsonFields.read(exchange.getRequestBody().readAllBytes());
                byte[] answer = ("{\"result\":" + result(exchange.getRequestURI().getPath(), fields) + "}")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                try (OutputStream body = exchange.getResponseBody()) {
                    body.write(answer);
                }
            });
            server.start();
        }

        private String result(String path, JsonFields fields) {
            return switch (path) {
                case "/api/publish" -> published(fields.string("channel").orElseThrow(), fields);
                case "/api/broadcast" -> fields.strings("channels", 100).orElseThrow().stream()
                        .map(channel -> "{\"result\":" + published(channel, fields) + "}")
                        .collect(Collectors.joining(",", "{\"responses\":[", "]}"));
                case "/api/presence" -> present(Channel.parse(fields.string("channel").orElseThrow()));
                default -> throw new IllegalArgumentException(path);
            };
        }

        private String published(String channel, JsonFields fields) {
            var receipt = node.publish(Channel.parse(channel), new String(fields.raw("data"), StandardCharsets.UTF_8));
            return "{\"offset\":" + receipt.position().offset() + ",\"epoch\":\"" + receipt.position().epoch()
                    + "\",\"connections\":" + receipt.connections() + "}";
        }

        private String present(Channel channel) {
            return node.factory.managersOf(channel.owner()).stream()
                    .flatMap(manager -> manager.connections().stream())
                    .map(connection -> "\"" + connection.id() + "\":{\"client\":\"" + connection.id() + "\",\"user\":\""
                            + channel.owner() + "\",\"session\":\"s\",\"node\":\"n\"}")
                    .collect(Collectors.joining(",", "{\"presence\":{", "}}"));
        }

        String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
