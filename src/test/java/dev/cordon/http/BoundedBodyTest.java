package dev.cordon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {
    private final BoundedBody body = new BoundedBody(8);
    private final List<String> asked = new ArrayList<>();

    BoundedBodyTest() {
        body.onSubscribe(new Subscription() {
            @Override
            public void request(long most) {
                asked.add("request " + most);
            }

            @Override
            public void cancel() {
                asked.add("cancel");
            }
        });
    }

    private static List<ByteBuffer> parts(String... parts) {
        return Arrays.stream(parts)
                .map(part -> ByteBuffer.wrap(part.getBytes(US_ASCII)))
                .toList();
    }

    private CompletableFuture<byte[]> answer() {
        return body.getBody().toCompletableFuture();
    }

    @Test
    void collectsABodyUpToItsBound() {
        body.onNext(parts("ab", "cd"));
        body.onNext(parts("efgh"));
        assertThat(answer()).isNotDone();

        body.onComplete();

        assertThat(answer()).isCompletedWithValueMatching(bytes -> new String(bytes, US_ASCII).equals("abcdefgh"));
        assertThat(asked).containsExactly("request " + Long.MAX_VALUE);
    }

    @Test
    @DisplayName("D5 a body over its bound fails and is cancelled once, whatever still comes of it")
    void cancelsABodyOverItsBound() {
        body.onNext(parts("abcd", "efghi", "j"));
        body.onNext(parts("x".repeat(9)));
        body.onComplete();

        assertThat(answer())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(BodyTooLongException.class);
        assertThat(asked).containsExactly("request " + Long.MAX_VALUE, "cancel");
    }

    @Test
    void failsWithItsAnswer() {
        body.onError(new IllegalStateException("reset"));

        assertThat(answer()).isCompletedExceptionally();
    }
}
