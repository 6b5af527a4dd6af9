package dev.cordon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NonBlockingOutputTest {
    private final FakeOutput server = new FakeOutput();
    private final List<String> done = new ArrayList<>();
    private final NonBlockingOutput<String> output = new NonBlockingOutput<>(
            server,
            name -> done.add(name + " written"),
            (name, cause) -> done.add(name + " failed: " + cause.getClass().getSimpleName()),
            cause -> done.add("gone: " + cause.getMessage()));

    NonBlockingOutputTest() {
        output.start();
    }

    private void write(String text) {
        output.write(() -> text.getBytes(US_ASCII), text);
    }

    private boolean writeLast(String text) {
        return output.writeLast(() -> text.getBytes(US_ASCII));
    }

    @Test
    void writesAndFlushesAtOnceWhenTheServerIsReady() {
        write("one");
        write("three");

        assertThat(done).containsExactly("one written", "three written");
        assertThat(server.calls).containsExactly("write 3", "flush", "write 5", "flush");
        assertThat(server.written).hasToString("onethree");
    }

    @Test
    void waitsWithAWriteUntilTheServerIsReady() throws IOException {
        server.ready(0);

        write("one");
        assertThat(done).isEmpty();
        assertThat(server.calls).isEmpty();
        server.readyAgain(0);
        assertThat(done).isEmpty();
        server.readyAgain(2);

        assertThat(done).containsExactly("one written");
        assertThat(server.calls).containsExactly("write 3", "flush");
    }

    @Test
    void writesOnceWhenTheServerIsNotReadyToFlush() throws IOException {
        server.ready(1);

        write("one");
        assertThat(done).isEmpty();
        server.readyAgain(1);

        assertThat(done).containsExactly("one written");
        assertThat(server.calls).containsExactly("write 3", "flush");
    }

    @Test
    void doesNothingInAReadyServerWhenNothingWaits() throws IOException {
        write("one");

        server.readyAgain(2);

        assertThat(done).containsExactly("one written");
        assertThat(server.calls).containsExactly("write 3", "flush");
    }

    @Test
    void failsAWriteThatTheServerRejects() {
        server.breaks();

        write("one");

        assertThat(done).containsExactly("one failed: IOException");
    }

    @Test
    void failsAWaitingWriteThatTheServerRejectsOnce() throws IOException {
        server.ready(0);
        write("one");
        server.breaks();

        server.readyAgain(2);
        server.readyAgain(2);

        assertThat(done).containsExactly("one failed: IOException");
    }

    @Test
    void failsAWriteWhoseBytesCannotBeMade() {
        output.write(
                () -> {
                    throw new IllegalStateException("no bytes");
                },
                "one");

        assertThat(done).containsExactly("one failed: IllegalStateException");
        assertThat(server.calls).isEmpty();
    }

    @Test
    void writesNothingMoreOnceClosed() throws IOException {
        server.ready(0);
        write("one");

        assertThat(output.closed()).isFalse();
        assertThat(output.close()).isTrue();
        assertThat(output.close()).isFalse();
        assertThat(output.closed()).isTrue();
        server.readyAgain(2);
        output.write(
                () -> {
                    throw new AssertionError("its bytes are not needed");
                },
                "two");

        assertThat(server.calls).isEmpty();
        assertThat(done).containsExactly("two failed: ClosedChannelException");
    }

    @Test
    void writesTheLastBytesOfAClosedOutput() {
        write("one");
        output.close();

        assertThat(writeLast("last")).isTrue();

        assertThat(server.calls).containsExactly("write 3", "flush", "write 4", "flush");
        assertThat(server.written).hasToString("onelast");
    }

    @Test
    void writesTheLastBytesWithoutAFlushThatWouldWait() {
        output.close();
        server.ready(1);

        assertThat(writeLast("last")).isTrue();

        assertThat(server.calls).containsExactly("write 4");
    }

    @Test
    void writesNoLastBytesBehindAWriteThatWaits() {
        server.ready(0);
        write("one");
        output.close();
        server.ready(2);

        assertThat(writeLast("last")).isFalse();

        assertThat(server.calls).isEmpty();
    }

    @Test
    void writesNoLastBytesToAServerThatIsNotReadyOrRejectsThem() {
        output.close();
        server.ready(0);
        assertThat(writeLast("last")).isFalse();
        server.ready(2);
        server.breaks();

        assertThat(writeLast("last")).isFalse();

        assertThat(server.written.size()).isZero();
    }

    @Test
    void tellsThatTheClientHasGone() {
        server.listener().onError(new IOException("reset"));

        assertThat(done).containsExactly("gone: reset");
    }
}
