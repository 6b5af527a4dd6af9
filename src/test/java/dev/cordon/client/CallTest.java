package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a caller is told of a command that was not answered, and what becomes of the command. */
class CallTest {
    private final Call<PublishResult> call =
            new Call<>(new Publish("#bob", "{}"), new Encoded(new byte[] {'1'}, "key"), System.nanoTime());

    private CordonException failure() {
        return (CordonException) Objects.requireNonNull(
                catchThrowableOfType(CompletionException.class, call::join).getCause());
    }

    @Test
    @DisplayName("a command whose caller was told that it was not sent is never sent")
    void whatWasSaidNotToBeSentIsNotSent() {
        call.failByDeadline();

        assertThat(failure().mayBeCarriedOut()).isFalse();
        assertThat(call.leaves()).isFalse();
    }

    @Test
    @DisplayName("a command that is cancelled before it was sent is never sent")
    void aCancelledCommandIsNotSent() {
        call.cancel(false);

        assertThat(call.leaves()).isFalse();
        assertThat(call.sent()).isFalse();
    }

    @Test
    @DisplayName("a command that was sent may be carried out, and its failure has its key")
    void whatWasSentMayBeCarriedOut() {
        assertThat(call.leaves()).isTrue();
        call.failByClose();

        assertThat(failure().mayBeCarriedOut()).isTrue();
        assertThat(failure().idempotencyKey()).contains("key");
    }

    @Test
    @DisplayName("a rejection after an attempt without an answer does not say that nothing was stored")
    void aRejectionBehindALostAnswer() {
        call.leaves();
        call.leaves();
        call.reject(new Rejection(401, "unauthorized", false, false));

        assertThat(failure().mayBeCarriedOut()).isTrue();
        assertThat(failure().idempotencyKey()).contains("key");
    }

    @Test
    @DisplayName("a rejection of the only attempt says that nothing was stored")
    void aRejectionOfTheOnlyAttempt() {
        call.leaves();
        call.reject(new Rejection(401, "unauthorized", false, false));

        assertThat(failure().mayBeCarriedOut()).isFalse();
        assertThat(failure().idempotencyKey()).isEmpty();
    }
}
