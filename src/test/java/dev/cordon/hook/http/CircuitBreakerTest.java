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

    private boolean permits() {
        return breaker.permit() != CircuitBreaker.NONE;
    }

    /** A call of this user fails. */
    private boolean fail(UserId user) {
        int permit = breaker.permit();
        assertThat(permit).isNotEqualTo(CircuitBreaker.NONE);
        return breaker.failed(permit, user);
    }

    /** Calls of so many users fail. */
    private boolean fail(int users) {
        boolean opened = false;
        for (int i = 0; i < users; i++) {
            opened = fail(user(i));
        }
        return opened;
    }

    @Test
    void opensWhenTheCallsOfFiveUsersHaveFailed() {
        assertThat(fail(CircuitBreaker.USERS - 1)).isFalse();
        assertThat(permits()).isTrue();
        assertThat(breaker.down()).isFalse();

        assertThat(fail(user(CircuitBreaker.USERS))).isTrue();

        assertThat(permits()).isFalse();
        assertThat(breaker.down()).isTrue();
    }

    @Test
    void oneUserAloneNeverOpensIt() {
        for (int i = 0; i < 100; i++) {
            assertThat(fail(user(1))).isFalse();
        }

        assertThat(permits()).isTrue();
    }

    @Test
    void aSuccessBetweenFailuresKeepsItClosed() {
        fail(CircuitBreaker.USERS - 1);

        assertThat(breaker.succeeded(breaker.permit())).isFalse();

        assertThat(fail(CircuitBreaker.USERS - 1)).isFalse();
    }

    @Test
    void letsOneCallThroughAfterThePause() {
        fail(CircuitBreaker.USERS);
        time.advance(CircuitBreaker.FIRST_PAUSE.minusMillis(1));
        assertThat(permits()).isFalse();

        time.advance(Duration.ofMillis(1));

        assertThat(permits()).isTrue();
        assertThat(permits()).isFalse();
    }

    @Test
    void closesWithTheFirstSuccess() {
        fail(CircuitBreaker.USERS);
        time.advance(CircuitBreaker.FIRST_PAUSE);

        assertThat(breaker.succeeded(breaker.permit())).isTrue();

        assertThat(permits()).isTrue();
        assertThat(permits()).isTrue();
        assertThat(breaker.down()).isFalse();
    }

    @Test
    void doublesThePauseUpToTheLongest() {
        fail(CircuitBreaker.USERS);
        Duration pause = CircuitBreaker.FIRST_PAUSE;
        for (int i = 0; i < 8; i++) {
            time.advance(pause);
            fail(user(0));
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(CircuitBreaker.LONGEST_PAUSE) > 0 ? CircuitBreaker.LONGEST_PAUSE : pause;
            time.advance(pause.minusMillis(1));
            assertThat(permits()).isFalse();
            time.advance(Duration.ofMillis(1).minus(pause));
        }

        assertThat(pause).isEqualTo(CircuitBreaker.LONGEST_PAUSE);
    }

    @Test
    void callsThatWereUnderWayWhenItOpenedDoNotLengthenThePause() {
        int early = breaker.permit();
        fail(CircuitBreaker.USERS);

        for (int i = 0; i < 50; i++) {
            breaker.failed(early, user(i));
        }

        time.advance(CircuitBreaker.FIRST_PAUSE);
        assertThat(permits()).isTrue();
    }

    @Test
    void aCallFromBeforeSaysNothingWhileAnotherIsLetThrough() {
        int early = breaker.permit();
        fail(CircuitBreaker.USERS);
        time.advance(CircuitBreaker.FIRST_PAUSE);
        int let = breaker.permit();

        assertThat(breaker.failed(early, user(0))).isFalse();
        assertThat(breaker.succeeded(early)).isFalse();

        assertThat(permits()).isFalse();
        assertThat(breaker.succeeded(let)).isTrue();
    }

    @Test
    void callsFromBeforeItClosedDoNotOpenIt() {
        int early = breaker.permit();
        fail(CircuitBreaker.USERS);
        time.advance(CircuitBreaker.FIRST_PAUSE);
        breaker.succeeded(breaker.permit());

        for (int i = 0; i < 50; i++) {
            assertThat(breaker.failed(early, user(i))).isFalse();
        }

        assertThat(permits()).isTrue();
    }

    @Test
    void isNotDownOnceNobodyHasCalledForAMinute() {
        fail(CircuitBreaker.USERS);

        time.advance(CircuitBreaker.FORGOTTEN);

        assertThat(breaker.down()).isFalse();
        assertThat(permits()).isTrue();
    }

    @Test
    void isDownHoweverLongTheClockHasRun() {
        time.advance(Duration.ofHours(1));
        fail(CircuitBreaker.USERS);

        assertThat(breaker.down()).isTrue();
    }

    @Test
    void opensOnceHoweverOftenItIsTried() {
        assertThat(fail(CircuitBreaker.USERS)).isTrue();
        time.advance(CircuitBreaker.FIRST_PAUSE);

        assertThat(fail(user(0))).as("it was open already").isFalse();
    }
}
