package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.HandTime;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private final HandTime time = new HandTime();
    private final CircuitBreaker breaker = new CircuitBreaker(time::nanos);

    private static UserId user(int number) {
        return new UserId("user" + number);
    }

    /** Calls of so many users fail. */
    private boolean fail(int users) {
        boolean opened = false;
        for (int i = 0; i < users; i++) {
            assertThat(breaker.permits()).isTrue();
            opened = breaker.failed(user(i));
        }
        return opened;
    }

    @Test
    void opensWhenTheCallsOfFiveUsersHaveFailed() {
        assertThat(fail(CircuitBreaker.USERS - 1)).isFalse();
        assertThat(breaker.permits()).isTrue();
        assertThat(breaker.down()).isFalse();

        assertThat(breaker.failed(user(CircuitBreaker.USERS))).isTrue();

        assertThat(breaker.permits()).isFalse();
        assertThat(breaker.down()).isTrue();
    }

    @Test
    void oneUserAloneNeverOpensIt() {
        for (int i = 0; i < 100; i++) {
            assertThat(breaker.permits()).isTrue();
            assertThat(breaker.failed(user(1))).isFalse();
        }

        assertThat(breaker.permits()).isTrue();
    }

    @Test
    void aSuccessBetweenFailuresKeepsItClosed() {
        fail(CircuitBreaker.USERS - 1);

        assertThat(breaker.succeeded()).isFalse();

        assertThat(fail(CircuitBreaker.USERS - 1)).isFalse();
    }

    @Test
    void letsOneCallThroughAfterThePause() {
        fail(CircuitBreaker.USERS);
        time.advance(CircuitBreaker.FIRST_PAUSE.minusMillis(1));
        assertThat(breaker.permits()).isFalse();

        time.advance(Duration.ofMillis(1));

        assertThat(breaker.permits()).isTrue();
        assertThat(breaker.permits()).isFalse();
    }

    @Test
    void closesWithTheFirstSuccess() {
        fail(CircuitBreaker.USERS);
        time.advance(CircuitBreaker.FIRST_PAUSE);
        breaker.permits();

        assertThat(breaker.succeeded()).isTrue();

        assertThat(breaker.permits()).isTrue();
        assertThat(breaker.permits()).isTrue();
        assertThat(breaker.down()).isFalse();
    }

    @Test
    void doublesThePauseUpToTheLongest() {
        fail(CircuitBreaker.USERS);
        Duration pause = CircuitBreaker.FIRST_PAUSE;
        for (int i = 0; i < 8; i++) {
            time.advance(pause);
            assertThat(breaker.permits()).isTrue();
            breaker.failed(user(0));
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(CircuitBreaker.LONGEST_PAUSE) > 0 ? CircuitBreaker.LONGEST_PAUSE : pause;
            time.advance(pause.minusMillis(1));
            assertThat(breaker.permits()).isFalse();
            time.advance(Duration.ofMillis(1).minus(pause));
        }

        assertThat(pause).isEqualTo(CircuitBreaker.LONGEST_PAUSE);
    }

    @Test
    void callsThatWereUnderWayWhenItOpenedDoNotLengthenThePause() {
        fail(CircuitBreaker.USERS);

        for (int i = 0; i < 50; i++) {
            breaker.failed(user(i));
        }

        time.advance(CircuitBreaker.FIRST_PAUSE);
        assertThat(breaker.permits()).isTrue();
    }

    @Test
    void isNotDownOnceNobodyHasCalledForAMinute() {
        fail(CircuitBreaker.USERS);

        time.advance(CircuitBreaker.FORGOTTEN);

        assertThat(breaker.down()).isFalse();
        assertThat(breaker.permits()).isTrue();
    }
}
