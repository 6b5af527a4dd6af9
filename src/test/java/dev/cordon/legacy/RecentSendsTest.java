package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.UserId;
import org.junit.jupiter.api.Test;

class RecentSendsTest {
    private static final UserId ALICE = new UserId("alice");

    private final RecentSends recent = new RecentSends();

    private void add(int from, int to) {
        for (int digest = from; digest <= to; digest++) {
            recent.add(digest, ALICE);
        }
    }

    @Test
    void forgetsTheOldestBeyondItsBound() {
        add(1, RecentSends.MAX);
        assertThat(recent.user(1)).contains(ALICE);

        add(RecentSends.MAX + 1, RecentSends.MAX + 1);

        assertThat(recent.user(1)).isEmpty();
        assertThat(recent.user(2)).contains(ALICE);
    }

    @Test
    void whatIsSentAgainIsTheLatest() {
        add(1, RecentSends.MAX);

        add(1, 1);
        add(RecentSends.MAX + 1, RecentSends.MAX + 1);

        assertThat(recent.user(1)).contains(ALICE);
        assertThat(recent.user(2)).isEmpty();
    }
}
