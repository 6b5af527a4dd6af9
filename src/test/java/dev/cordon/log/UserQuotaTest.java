package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.UserId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UserQuotaTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");

    private final UserQuota counts = new UserQuota(3, 2);

    @Test
    @DisplayName("S4: entries are bounded for each user and over all users, and a released entry makes room")
    void s4_boundsAUserAndAll() {
        assertThat(counts.acquire(ALICE)).isTrue();
        assertThat(counts.acquire(ALICE)).isTrue();
        assertThat(counts.acquire(ALICE)).as("beyond a user's").isFalse();
        assertThat(counts.acquire(BOB)).isTrue();
        assertThat(counts.acquire(CAROL)).as("beyond all").isFalse();

        counts.release(ALICE);

        assertThat(counts.acquire(CAROL)).isTrue();
        assertThat(counts.kept()).isEqualTo(3);
        assertThat(counts.dropped()).isEqualTo(2);
    }
}
