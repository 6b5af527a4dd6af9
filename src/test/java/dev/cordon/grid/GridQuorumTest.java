package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import dev.cordon.log.LogUnavailableException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When an answer waits because a member has left. The quorum of the grid is two; GridSplitTest has real splits. */
class GridQuorumTest {
    private final String map = TestGridLog.prefix() + "forgotten";
    private final HazelcastInstance grid = TestGridLog.member("a");
    private final Member a = grid.getCluster().getLocalMember();
    private final Member b = TestGridLog.member("b").getCluster().getLocalMember();
    private final Member c = ObservedMember.another(a);
    private final AtomicReference<Set<Member>> members = new AtomicReference<>(Set.of(a, b, c));
    private final HazelcastInstance member = ObservedMember.knowing(grid, () -> Objects.requireNonNull(members.get()));
    private final GridQuorum quorum = new GridQuorum(member, map);

    @AfterEach
    void stop() {
        quorum.close();
    }

    /** Confirms on a thread of its own, and returns when that waits. */
    private CompletableFuture<Void> waiting() {
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                quorum.confirm();
                confirmed.complete(null);
            } catch (LogUnavailableException e) {
                confirmed.completeExceptionally(e);
            }
        });
        thread.start();
        Awaitility.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING || confirmed.isDone());
        assertThat(confirmed).isNotDone();
        return confirmed;
    }

    @Test
    @DisplayName("while nobody leaves, an answer does not wait; nor when somebody comes")
    void doesNotWait() throws Exception {
        CompletableFuture.runAsync(quorum::confirm).get(1, TimeUnit.SECONDS);
        members.set(Set.of(a, b, c, ObservedMember.another(a)));
        CompletableFuture.runAsync(quorum::confirm).get(1, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("when one has left, an answer waits for others to be removed, and is given if enough are left")
    void answersWhenEnoughAreLeft() throws Exception {
        members.set(Set.of(a, b));

        waiting().get(10, TimeUnit.SECONDS);

        // It waits once.
        CompletableFuture.runAsync(quorum::confirm).get(1, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("when others leave meanwhile, and too few are left, the answer is that it is not known")
    void doesNotAnswerWhenTooFewAreLeft() {
        members.set(Set.of(a, b));
        CompletableFuture<Void> answer = waiting();

        members.set(Set.of(a));

        assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(LogUnavailableException.class)
                .hasMessageEndingWith("too few members of the data grid are there");
        assertThat(GridQuorum.reached(member, map)).isFalse();
    }

    @Test
    @DisplayName("a grid whose file has no quorum for the map answers at once, also alone")
    void answersAtOnceWithoutAQuorum() throws Exception {
        try (GridQuorum none = new GridQuorum(member, "elsewhere")) {
            members.set(Set.of(a));

            CompletableFuture.runAsync(none::confirm).get(1, TimeUnit.SECONDS);

            assertThat(GridQuorum.reached(member, "elsewhere")).isTrue();
        }
    }
}
