package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import org.junit.jupiter.api.Test;

class SessionPositionsTest {
    private static final SessionId LAPTOP = new SessionId("laptop");
    private static final SessionId PHONE = new SessionId("phone");

    private final UserQuota quota = new UserQuota(10, 10);
    private final SessionPositions positions = new SessionPositions(new UserId("alice"), quota);

    @Test
    void namesTheSessionsThatWereQuietSinceAMoment() {
        positions.atLeast(LAPTOP, 1, 100);
        positions.atLeast(PHONE, 1, 101);

        assertThat(positions.quietSince(99)).isEmpty();
        assertThat(positions.quietSince(100)).containsExactly(LAPTOP);
        assertThat(positions.quietSince(101)).containsExactly(LAPTOP, PHONE);
    }

    @Test
    void keepsAPositionThatWasUsedMeanwhile() {
        positions.atLeast(LAPTOP, 1, 100);
        assertThat(positions.of(LAPTOP, 101)).isEqualTo(1);

        positions.forget(LAPTOP, 100);
        assertThat(positions.keeps(LAPTOP)).isTrue();
        positions.forget(PHONE, 101);
        positions.forget(LAPTOP, 101);

        assertThat(positions.isEmpty()).isTrue();
        assertThat(quota.kept()).isZero();
    }
}
