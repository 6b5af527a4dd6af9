package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import dev.cordon.http.NonBlockingOutput;
import dev.cordon.log.HandClock;
import jakarta.servlet.ServletOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DirectResponseTest {
    private final Peer peer = new Peer();
    private final DirectResponse response = new DirectResponse(peer, Map.of("Server", "Cordon"), new HandClock());
    private final List<String> done = new ArrayList<>();

    /** A client behind a kernel; the test decides when the kernel takes bytes. */
    private static final class Peer implements DirectAnswer {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        final List<String> ends = new ArrayList<>();
        boolean full;
        boolean gone;
        Runnable takes = () -> {};
        Consumer<Throwable> fails = cause -> {};
        Runnable closes = () -> {};

        String text() {
            return taken.toString(StandardCharsets.UTF_8);
        }

        /** What follows the head. */
        String body() {
            return text().substring(text().indexOf("\r\n\r\n") + 4);
        }

        @Override
        public void whenClosed(Runnable task) {
            closes = task;
        }

        @Override
        public boolean write(byte[] bytes, Runnable written, Consumer<Throwable> failed) throws IOException {
            if (gone) {
                throw new IOException("reset");
            }
            taken.writeBytes(bytes);
            if (full) {
                takes = written;
                fails = failed;
            }
            return !full;
        }

        @Override
        public void close() {
            ends.add("close");
        }

        @Override
        public void cut() {
            ends.add("cut");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private NonBlockingOutput<String> output() {
        NonBlockingOutput<String> output = new NonBlockingOutput<>(
                response.body(), done::add, (which, cause) -> done.add(which + " failed"), cause -> done.add("gone"));
        output.start();
        return output;
    }

    @Test
    @DisplayName("the head goes out with the first bytes, and each write is one chunk (RFC 9112 §7.1)")
    void writesChunks() throws IOException {
        response.head(200, Map.of("Content-Type", "text/event-stream"));
        assertThat(peer.text()).isEmpty();

        response.body().write(bytes("data: é\n\n"));
        response.body().write(bytes("x".repeat(300)));
        response.end();

        assertThat(peer.text().lines().takeWhile(line -> !line.isEmpty()))
                .startsWith("HTTP/1.1 200 OK")
                .containsExactlyInAnyOrder(
                        "HTTP/1.1 200 OK",
                        "Server: Cordon",
                        "Content-Type: text/event-stream",
                        "Date: Tue, 01 Jan 2030 00:00:00 GMT",
                        "Transfer-Encoding: chunked");
        assertThat(peer.body()).isEqualTo("a\r\ndata: é\n\n\r\n12c\r\n" + "x".repeat(300) + "\r\n0\r\n\r\n");
        assertThat(peer.ends).containsExactly("close");
    }

    @Test
    void writesAnAnswerOfKnownLengthAsItIs() throws IOException {
        response.head(401, Map.of("Content-Length", "3", "Server", "another"));
        response.body().write(bytes("no\n"));
        response.end();

        assertThat(peer.text())
                .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                .contains("Server: another\r\n", "Content-Length: 3\r\n")
                .doesNotContain("Transfer-Encoding")
                .endsWith("\r\n\r\nno\n");
        assertThat(peer.ends).containsExactly("close");
    }

    @Test
    @DisplayName("an empty write is no chunk: it would be the last")
    void anEmptyWriteIsNoChunk() throws IOException {
        response.head(200, Map.of());

        response.body().write(new byte[0]);
        response.body().write('x');

        assertThat(peer.body()).isEqualTo("1\r\nx\r\n");
    }

    @Test
    @DisplayName("S2 what the kernel does not take is written once it does, and nothing overtakes it")
    void waitsForTheKernel() {
        response.head(200, Map.of());
        NonBlockingOutput<String> output = output();
        peer.full = true;
        output.write(() -> bytes("one"), "first");
        assertThat(done).isEmpty();
        assertThat(response.body().isReady()).isFalse();
        assertThat(output.writeLast(() -> bytes("last"))).isFalse();

        peer.full = false;
        peer.takes.run();

        assertThat(done).containsExactly("first");
        output.write(() -> bytes("two"), "second");
        assertThat(done).containsExactly("first", "second");
        assertThat(peer.body()).isEqualTo("3\r\none\r\n3\r\ntwo\r\n");
    }

    @Test
    void toldOfBytesThatCannotBeWrittenTheOutputSaysThatTheClientHasGone() {
        response.head(200, Map.of());
        NonBlockingOutput<String> output = output();
        peer.full = true;
        output.write(() -> bytes("one"), "first");

        peer.fails.accept(new IOException("reset"));

        assertThat(done).containsExactly("gone");
    }

    @Test
    void bytesForAClientThatHasGoneFail() {
        response.head(200, Map.of());
        peer.gone = true;
        ServletOutputStream body = response.body();

        assertThatThrownBy(() -> body.write(bytes("one"))).hasMessage("reset");
        response.end();

        assertThat(peer.ends).containsExactly("cut");
    }

    @Test
    @DisplayName("S2 a client that does not read is cut at the end, before and behind the last chunk")
    void cutsAClientThatDoesNotReadTheEnd() throws IOException {
        response.head(200, Map.of());
        peer.full = true;
        response.end();
        assertThat(peer.ends).as("the last chunk waits").containsExactly("cut");

        DirectResponse other = new DirectResponse(peer, Map.of(), new HandClock());
        other.head(200, Map.of());
        other.body().write(bytes("one"));
        other.end();

        assertThat(peer.ends).containsExactly("cut", "cut");
        assertThat(peer.body()).endsWith("3\r\none\r\n");
    }

    @Test
    void hearsThatTheClientHasGone() {
        List<String> heard = new ArrayList<>();
        response.whenGone(() -> heard.add("gone"));

        peer.closes.run();
        response.cut();

        assertThat(heard).containsExactly("gone");
        assertThat(peer.ends).containsExactly("cut");
    }
}
