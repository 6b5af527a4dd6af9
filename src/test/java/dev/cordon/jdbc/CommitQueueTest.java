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

    @Test
    void acceptsAsManyBytesAsItsBoundAndOneLargerCallerAlone() {
        assertThat(queue.add(ofBytes(600, "#a"))).isTrue();
        assertThat(queue.add(ofBytes(401, "#b"))).as("one byte too many").isFalse();
        assertThat(queue.add(ofBytes(400, "#b"))).isTrue();
        assertThat(queue.callers()).isEqualTo(2);

        CommitQueue empty = new CommitQueue(4, 1_000, 1_000);
        assertThat(empty.add(ofBytes(5_000, "#a"))).isTrue();
        assertThat(empty.next()).hasSize(1);
    }

    @Test
    void isBoundedInCallers() {
        CommitQueue ofMany = new CommitQueue(4, 1_000, 1_000_000);
        for (int i = 0; i < CommitQueue.MAX_CALLERS; i++) {
            assertThat(ofMany.add(ofBytes(2, "#a"))).isTrue();
        }

        assertThat(ofMany.add(ofBytes(2, "#a"))).isFalse();
        assertThat(ofMany.callers()).isEqualTo(CommitQueue.MAX_CALLERS);
    }

    @Test
    void limitsTheBytesOfAGroup() {
        CommitQueue ofMany = new CommitQueue(4, 1_000, 10_000);
        List<PendingAppend> all =
                List.of(ofBytes(500, "#a"), ofBytes(500, "#b"), ofBytes(1_200, "#c"), ofBytes(2, "#d"));
        all.forEach(pending -> assertThat(ofMany.add(pending)).isTrue());

        assertThat(ofMany.next()).containsExactly(all.get(0), all.get(1));
        assertThat(ofMany.next()).as("more than a group's bytes, alone").containsExactly(all.get(2));
        assertThat(ofMany.next()).containsExactly(all.get(3));
    }

    @Test
    void anAppendWithoutRoomInTheGroupIsNotOvertaken() {
        PendingAppend three = added("#a", "#b", "#c");
        PendingAppend two = added("#d", "#e");
        PendingAppend one = added("#f");

        assertThat(queue.next()).containsExactly(three);
        assertThat(queue.next()).containsExactly(two, one);
    }

    @Test
    void fillsAGroupToItsLimitExactly() {
        PendingAppend three = added("#a", "#b", "#c");
        PendingAppend one = added("#d");

        assertThat(queue.next()).containsExactly(three, one);
    }

    @Test
    void forgetsCallersThatHaveGivenUp() {
        PendingAppend first = added("#a");
        PendingAppend second = added("#b");
        first.result().cancel(false);

        assertThat(queue.next()).containsExactly(second);
        assertThat(queue.callers()).isEqualTo(1);
    }

    private List<PendingAppend> held(String... channels) {
        List<PendingAppend> all =
                Arrays.stream(channels).map(channel -> added(channel)).toList();
        List<PendingAppend> group = queue.next();
        assertThat(group).isEqualTo(all);
        queue.postponed(group, Set.of(channels));
        return all;
    }

    @Test
    @DisplayName("D4: appends to held channels are committed in groups of the same limits")
    void groupsAppendsToHeldChannels() {
        assertThat(queue.somebodyHolds()).isFalse();
        List<PendingAppend> first = held("#a", "#b", "#c");
        List<PendingAppend> second = held("#d", "#e");
        assertThat(queue.somebodyHolds()).isTrue();

        assertThat(queue.nextHeld()).containsExactly(first.get(0), first.get(1), first.get(2), second.get(0));
        List<PendingAppend> last = queue.nextHeld();
        assertThat(last).containsExactly(second.get(1));
        assertThat(queue.somebodyHolds()).isFalse();
        queue.finished(last);
        assertThat(queue.callers()).isEqualTo(4);
        assertThat(queue.nextHeld()).isEmpty();
    }

    @Test
    void limitsTheBytesOfAGroupOfHeldAppends() {
        CommitQueue ofMany = new CommitQueue(4, 1_000, 10_000);
        List<PendingAppend> all =
                List.of(ofBytes(1_200, "#a"), ofBytes(500, "#b"), ofBytes(500, "#c"), ofBytes(2, "#d"));
        all.forEach(pending -> {
            assertThat(ofMany.add(pending)).isTrue();
            ofMany.postponed(ofMany.next(), pending.channels());
        });

        assertThat(ofMany.nextHeld()).containsExactly(all.get(0));
        assertThat(ofMany.nextHeld()).containsExactly(all.get(1), all.get(2));
        assertThat(ofMany.nextHeld()).containsExactly(all.get(3));
    }

    @Test
    void forgetsCallersThatHaveGivenUpOnAHeldChannel() {
        List<PendingAppend> all = held("#a", "#b");
        all.get(0).result().cancel(false);

        assertThat(queue.nextHeld()).containsExactly(all.get(1));
        assertThat(queue.callers()).isEqualTo(1);
    }

    @Test
    @DisplayName("D4: a held channel is free again once the patient commit has ended, and not before")
    void freesAHeldChannelOnlyAtTheEnd() {
        List<PendingAppend> first = held("#a");
        List<PendingAppend> patient = queue.nextHeld();
        assertThat(patient).isEqualTo(first);
        PendingAppend other = added("#b");
        List<PendingAppend> others = queue.next();
        assertThat(others).containsExactly(other);
        queue.finished(others);
        PendingAppend behind = added("#a", "#c");
        PendingAppend behindThat = added("#c");

        assertThat(queue.next()).isEmpty();
        assertThat(behind.held()).isTrue();
        assertThat(behindThat.held()).isTrue();
        queue.finished(patient);
        PendingAppend unheld = added("#a");
        assertThat(queue.next()).containsExactly(behind, behindThat, unheld);
        assertThat(unheld.held()).isFalse();
    }

    @Test
    void reservesTheChannelsOfHeldAppends() {
        held("#a");
        queue.nextHeld();
        PendingAppend behind = added("#a");

        assertThat(queue.next()).isEmpty();
        assertThat(queue.drain()).containsExactly(behind);
    }

    @Test
    void postponedAppendsKeepTheirOrder() {
        PendingAppend first = added("#a");
        PendingAppend second = added("#b");
        PendingAppend third = added("#c");
        PendingAppend fourth = added("#b");
        queue.postponed(queue.next(), Set.of("#a"));

        assertThat(first.held()).isTrue();
        assertThat(queue.next()).containsExactly(second, third, fourth);
    }

    @Test
    void findsWhatIsOverdueWaitingOrHeld() {
        PendingAppend held = new PendingAppend(ofBytes(2, "#a").appends(), 100);
        assertThat(queue.add(held)).isTrue();
        queue.postponed(queue.next(), Set.of("#a"));
        PendingAppend early = new PendingAppend(ofBytes(2, "#b").appends(), 100);
        PendingAppend late = new PendingAppend(ofBytes(2, "#c").appends(), 101);
        assertThat(queue.add(early)).isTrue();
        assertThat(queue.add(late)).isTrue();

        assertThat(queue.overdue(100)).isEmpty();
        assertThat(queue.overdue(101)).containsExactly(early, held);
        assertThat(queue.callers()).isEqualTo(1);
        assertThat(queue.next()).containsExactly(late);
    }

    @Test
    void isEmptyOnceDrained() {
        List<PendingAppend> held = held("#a");
        PendingAppend waiting = added("#b");
        assertThat(queue.isEmpty()).isFalse();

        assertThat(queue.drain()).containsExactly(waiting, held.get(0));

        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.somebodyHolds()).isFalse();
        assertThat(queue.callers()).isZero();
        assertThat(queue.add(ofBytes(1_000, "#c")))
                .as("its bytes are free again")
                .isTrue();
        assertThat(queue.add(ofBytes(2, "#d"))).isFalse();
    }

    private static PendingAppend ofBytes(int bytes, String channel) {
        return new PendingAppend(
                List.of(new Append(
                        Channel.parse(channel), Payload.json("\"" + "x".repeat(bytes - 2) + "\""), Optional.empty())),
                System.nanoTime());
    }
}
