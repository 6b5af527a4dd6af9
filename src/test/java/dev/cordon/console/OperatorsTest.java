package dev.cordon.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.Identity;
import dev.cordon.manager.HandTime;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OperatorsTest {
    private final HandTime time = new HandTime();
    private final Operators operators = new Operators(time, time);

    private static Identity operator(String name) {
        return new Identity(
                new UserId(name),
                Optional.empty(),
                Set.of(Identity.OPERATOR),
                HandTime.START.plus(Duration.ofMinutes(10)));
    }

    private void fill() {
        for (int i = 0; i < Operators.MOST; i++) {
            operators.seen(operator("ops-" + i));
        }
    }

    @Test
    void remembersNoMoreThanItsBound() {
        fill();

        operators.seen(operator("late"));

        assertThat(operators.now()).hasSize(Operators.MOST).doesNotContain(new UserId("late"));
    }

    @Test
    void remembersAtItsBoundWhoCallsAgain() {
        fill();
        time.advance(Operators.LATELY);
        operators.seen(operator("ops-7"));

        time.advance(Duration.ofSeconds(1));

        assertThat(operators.now()).containsExactly(new UserId("ops-7"));
    }

    @Test
    void hasRoomAgainWhenOthersStayAway() {
        fill();
        time.advance(Operators.LATELY.plusSeconds(1));
        assertThat(operators.now()).isEmpty();

        operators.seen(operator("late"));

        assertThat(operators.now()).containsExactly(new UserId("late"));
    }

    @Test
    void forgetsAnOperatorWhoseTokenHasExpired() {
        time.advance(Duration.ofMinutes(10).minusSeconds(1));
        operators.seen(operator("ops"));
        assertThat(operators.now()).containsExactly(new UserId("ops"));

        time.advance(Duration.ofSeconds(1));

        assertThat(operators.now()).isEmpty();
    }
}
