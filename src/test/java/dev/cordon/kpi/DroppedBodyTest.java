package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DroppedBodyTest {
    private final DroppedBody body = new DroppedBody();
    private final AtomicInteger cancelled = new AtomicInteger();

    @Test
    @DisplayName("D5: reading of an answer stops at its size bound, before any deadline")
    void d5_cancelsReadingAtItsBound() {
        subscribe();
        body.onNext(List.of(ByteBuffer.allocate(DroppedBody.MAX_BYTES)));
        assertThat(body.getBody().toCompletableFuture()).isNotDone();

        body.onNext(List.of(ByteBuffer.allocate(1)));

        assertThat(body.getBody().toCompletableFuture()).isCompletedExceptionally();
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void acceptsAnAnswerOfTheMaximumSize() {
        subscribe();
        body.onNext(List.of(ByteBuffer.allocate(DroppedBody.MAX_BYTES)));

        body.onComplete();

        assertThat(body.getBody().toCompletableFuture()).isCompleted();
    }

    private void subscribe() {
        body.onSubscribe(new Subscription() {
            @Override
            public void request(long most) {}

            @Override
            public void cancel() {
                cancelled.incrementAndGet();
            }
        });
    }
}
