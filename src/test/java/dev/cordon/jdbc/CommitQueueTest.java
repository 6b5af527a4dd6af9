package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Append;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CommitQueueTest {
    private final CommitQueue queue = new CommitQueue(4, 1_000, 1_000);

    private PendingAppend added(String... channels) {
        PendingAppend pending = new PendingAppend(
                Arrays.stream(channels)
                        .map(name -> new Append(Channel.parse(name), Payload.json("1"), Optional.empty()))
                        .toList(),
                System.nanoTime());
        assertThat(queue.add(pending)).isTrue();
        return pending;
    }

    @Test
    void groupsTheOldestAppendsUpToItsLimit() {
        PendingAppend first = added("#a", "#b");
        PendingAppend second = added("#c", "#a");
        PendingAppend third = added("#d");

        assertThat(queue.next()).containsExactly(first, second);
        assertThat(queue.next()).containsExactly(third);
        assertThat(queue.next()).isEmpty();
    }

    @Test
    @DisplayName("D3: two commits under way never hold the same channel, and an append that must wait is not overtaken")
    void keepsTheOrderOfAChannel() {
        PendingAppend under = added("#a");
        List<PendingAppend> group = queue.next();
        PendingAppend both = added("#a", "#b");
        PendingAppend behind = added("#b");
        PendingAppend other = added("#c");

        assertThat(queue.next()).containsExactly(other);
        queue.finished(group);
        assertThat(queue.next()).containsExactly(both, behind);
        assertThat(under.held()).isFalse();
    }

    @Test
    @DisplayName("D4: an append to a held channel waits in its place, and the others of its group go on")
    void setsAsideAppendsToAHeldChannel() {
        PendingAppend first = added("#a");
        PendingAppend other = added("#b");
        List<PendingAppend> group = queue.next();
        PendingAppend second = added("#a");

        queue.postponed(group, Set.of("#a"));

        List<PendingAppend> others = queue.next();
        assertThat(others).containsExactly(other);
        queue.finished(others);
        assertThat(queue.next()).isEmpty();
        assertThat(first.held()).isTrue();
        assertThat(other.held()).isFalse();

        List<PendingAppend> patient = queue.nextHeld();
        assertThat(patient).containsExactly(first);
        assertThat(queue.next()).as("not before the first append").isEmpty();
        assertThat(second.held()).isTrue();
        queue.finished(patient);
        assertThat(queue.next()).containsExactly(second);
    }

    @Test
    @DisplayName("D4: an append that shares a channel with a waiting one stays in order with it")
    void keepsTheOrderOfAppendsThatShareAChannel() {
        PendingAppend before = added("#b");
        PendingAppend both = added("#a", "#b");
        PendingAppend other = added("#c");
        List<PendingAppend> group = queue.next();

        queue.postponed(group, Set.of("#a"));

        assertThat(queue.next()).containsExactly(other);
        assertThat(queue.nextHeld()).containsExactly(before, both);
    }

    @Test
    @DisplayName("D4: an append behind one that waits for a held channel is not taken for lost either")
    void marksAppendsBehindAHeldOneAsHeld() {
        added("#a");
        List<PendingAppend> group = queue.next();
        queue.postponed(group, Set.of("#a"));
        PendingAppend both = added("#a", "#b");
        PendingAppend behind = added("#b");

        assertThat(queue.next()).isEmpty();
        assertThat(both.held()).isTrue();
        assertThat(behind.held()).isTrue();
    }

    @Test
    void isBoundedInBytesAndReleasesThem() {
        PendingAppend large = new PendingAppend(
                List.of(new Append(Channel.parse("#a"), Payload.json("\"" + "x".repeat(998) + "\""), Optional.empty())),
                0);
        assertThat(queue.add(large)).isTrue();
        assertThat(queue.add(new PendingAppend(large.appends(), 0))).isFalse();

        queue.finished(queue.next());

        assertThat(queue.callers()).isZero();
        added("#b");
        assertThat(queue.overdue(System.nanoTime() + 1)).hasSize(1);
        assertThat(queue.isEmpty()).isTrue();
    }
}
