package dev.cordon.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CodecPoolTest {
    private final List<String> ended = new ArrayList<>();
    private int made;
    private final CodecPool<String> pool = new CodecPool<>(2, () -> "codec " + ++made, ended::add);

    @Test
    void makesNoMoreThanItMayAndUsesThemAgain() {
        String first = Objects.requireNonNull(pool.tryTake());
        String second = Objects.requireNonNull(pool.tryTake());

        assertThat(pool.tryTake()).isNull();
        pool.give(first);
        assertThat(pool.tryTake()).isSameAs(first);
        pool.give(first);
        pool.give(second);

        assertThat(made).isEqualTo(2);
        assertThat(pool.idle()).isEqualTo(2);
    }

    @Test
    @Timeout(20)
    void whoeverWaitsGetsTheNextOneThatIsGivenBack() throws Exception {
        String first = pool.take();
        String second = pool.take();

        CompletableFuture<String> third = CompletableFuture.supplyAsync(pool::take);
        pool.give(second);

        assertThat(third.get(10, TimeUnit.SECONDS)).isSameAs(second);
        pool.give(first);
    }

    @Test
    void endsThoseThatAreIdleAndLaterThoseInUse() {
        String used = pool.take();
        pool.give(pool.take());

        pool.end();
        assertThat(ended).containsExactly("codec 2");
        pool.give(used);

        assertThat(ended).containsExactly("codec 2", "codec 1");
        assertThat(pool.idle()).isZero();
    }

    @Test
    void aFailureToMakeOneTakesNoPlace() {
        CodecPool<String> poor = new CodecPool<>(
                1,
                () -> {
                    throw new OutOfMemoryError("none");
                },
                ended::add);

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(poor::tryTake).isInstanceOf(OutOfMemoryError.class);
        }
    }
}
