package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.HandTime;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BackEndCallsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final byte[] QUESTION = "{}".getBytes(StandardCharsets.UTF_8);

    private final FakeBackEnd backEnd = new FakeBackEnd();
    private final HttpHookCounters counters = new HttpHookCounters();
    private final BackEndCalls calls = new BackEndCalls(Hooks.SECRETS, new HandTime(), counters, Optional.empty());

    @AfterEach
    void close() {
        calls.close();
        backEnd.close();
    }

    private CompletableFuture<byte[]> post(Map<String, String> headers, Duration left) {
        return calls.post("hook.rpc.url", backEnd.at("/rpc"), QUESTION, headers, left);
    }

    private void fails(CompletableFuture<byte[]> call, CallFailure reason, String line) {
        Throwable failure =
                HttpHooks.cause(call.handle((body, thrown) -> thrown).join());
        assertThat(failure).isInstanceOf(FailedCallException.class).hasMessage("cordon.hook.rpc.url: " + line);
        assertThat(((FailedCallException) failure).reason()).isEqualTo(reason);
        assertThat(counters.failures.sum(reason)).isEqualTo(1);
    }

    @Test
    void nothingIsAskedWithoutTime() {
        fails(post(Map.of(), Duration.ZERO), CallFailure.TIMEOUT, "there was no time left to ask");
        assertThat(backEnd.requests).isEmpty();
    }

    @Test
    void aHeaderThatCannotBeSentIsAFailure() {
        fails(
                post(Map.of("a b", "c"), LONG),
                CallFailure.BROKEN,
                "its request cannot be made: invalid header name: \"a b\"");
        assertThat(backEnd.requests).isEmpty();
    }

    @Test
    void aConnectionThatBreaksIsNamed() {
        backEnd.answers(exchange -> exchange.close());

        fails(post(Map.of(), LONG), CallFailure.BROKEN, "its connection broke (EOFException)");
    }

    @Test
    void aNameThatNobodyKnowsIsUnreachable() {
        fails(
                calls.post("hook.rpc.url", URI.create("http://nowhere.invalid/"), QUESTION, Map.of(), LONG),
                CallFailure.UNREACHABLE,
                "nobody listens at its address, or its name is unknown");
    }

    @Test
    void itsThreadsKeepNoProcessAlive() {
        assertThat(post(Map.of(), LONG).join()).isNotEmpty();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("cordon-hook-http"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }
}
