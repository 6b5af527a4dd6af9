package dev.cordon.canary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CanaryUserTest {
    private final CanaryUser one = new CanaryUser("canary-1", 0);
    private final CanaryUser two = new CanaryUser("canary-2", 0);

    private static String push(CanaryUser to, long now) {
        return "{\"push\":{\"channel\":\"#" + to.id + "\",\"pub\":{\"offset\":1,\"data\":"
                + to.next(now, ",\"x\":\"y\"") + "}}}";
    }

    @Test
    void knowsItsOwnMessageAndWhenItWasPublished() {
        String push = push(one, 700);

        assertThat(one.numberOf(push)).contains(1L);
        assertThat(one.arrived(1)).isEqualTo(OptionalLong.of(700));
        assertThat(one.waits()).isFalse();
    }

    @Test
    @DisplayName("a message addressed to the other canary user is not counted as an own one, even on the own channel")
    void doesNotCountAMessageOfTheOtherUserAsItsOwn() {
        String push = push(two, 700).replace("#canary-2", "#canary-1");

        assertThat(one.numberOf(push)).isEmpty();
    }

    @Test
    void ignoresMessagesThatComeTwiceOrOutOfOrder() {
        one.next(1, "");
        one.next(2, "");

        assertThat(one.arrived(2)).isEmpty();
        assertThat(one.arrived(1)).isEqualTo(OptionalLong.of(1));
        assertThat(one.arrived(1)).isEmpty();
    }

    @Test
    void countsAndForgetsOverdueMessages() {
        one.next(1, "");
        one.next(2, "");
        one.next(3, "");

        assertThat(one.overdue(3)).isEqualTo(2);
        assertThat(one.waits()).isTrue();
        assertThat(one.arrived(3)).isEqualTo(OptionalLong.of(3));
    }
}
