package dev.cordon.kpi;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** A subscriber that discards an HTTP body as it arrives and fails beyond {@link #MAX_BYTES}. Called by one thread at a time (Flow §1.3). */
final class DroppedBody implements BodySubscriber<Void> {
    static final int MAX_BYTES = 64 * 1024;

    private final CompletableFuture<Void> body = new CompletableFuture<>();
    private Optional<Subscription> source = Optional.empty();
    private int bytes;

    @Override
    public CompletionStage<Void> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        source = Optional.of(subscription);
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            bytes = Math.min(MAX_BYTES, bytes) + buffer.remaining();
        }
        if (bytes > MAX_BYTES && !body.isDone()) {
            source.ifPresent(Subscription::cancel);
            body.completeExceptionally(new IOException("an answer of more than " + MAX_BYTES + " bytes"));
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(null);
    }
}
