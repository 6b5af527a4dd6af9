package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cluster.Member;
import com.hazelcast.map.IMap;
import dev.cordon.log.GroupLimitException;
import dev.cordon.log.GroupLimits;
import dev.cordon.log.HandClock;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserGroupsContract;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Groups of users on a data grid of two real members. */
class GridGroupsTest extends UserGroupsContract {
    private static final GridKeys NEXT_KEYS = GridKeys.of(
            "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
            Optional.of("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="));

    private final TestGridLog logs = new TestGridLog();

    @SuppressWarnings("NullAway.Init") // by open
    private GridUserGroups one;

    @SuppressWarnings("NullAway.Init") // by open
    private GridUserGroups two;

    @Override
    protected UserGroups open(Supplier<GroupLimits> limits) {
        logs.open(() -> new Retention(256, 1 << 20, Duration.ofMinutes(10), 1 << 26), new HandClock());
        one = logs.groups("a", limits);
        two = logs.groups("b", limits);
        return one;
    }

    @Override
    protected UserGroups elsewhere() {
        return two;
    }

    @AfterEach
    void close() {
        logs.close();
    }

    private IMap<String, byte[]> structure(String name) {
        return TestGridLog.member("b").getMap(logs.structure(name));
    }

    @Test
    @DisplayName("the records of a group tell neither its name nor its users")
    void encryptsGroups() {
        one.add(ROOM, users("alice"));

        for (String name : new String[] {"groups", "group-names"}) {
            assertThat(structure(name).entrySet())
                    .hasSize(1)
                    .noneMatch(each -> (each.getKey() + new String(each.getValue(), StandardCharsets.ISO_8859_1))
                            .matches("(?s).*(room|alice).*"));
        }
    }

    @Test
    @DisplayName("groups that are closed have left no listener at their member of the grid")
    void leaveNoListenerBehind() {
        Set<UUID> listeners = ConcurrentHashMap.newKeySet();
        Grid grid = new Grid(ObservedMember.listeners(TestGridLog.member("a"), listeners), TestGrid.KEYS);
        UserGroups closed = grid.groups(() -> GroupLimits.DEFAULTS);
        assertThat(listeners).hasSize(2);

        closed.close();

        assertThat(listeners).isEmpty();
    }

    @Test
    @DisplayName("a record that was put in another group's place is not read as that group")
    void doesNotReadAnotherGroupsRecord() {
        GroupName lobby = new GroupName("lobby");
        one.add(ROOM, users("alice"));
        one.add(lobby, users("bob"));
        IMap<String, byte[]> records = structure("groups");
        Map.Entry<String, byte[]> first = records.entrySet().iterator().next();
        records.keySet().forEach(key -> records.set(key, first.getValue()));

        assertThatThrownBy(() -> {
                    one.members(ROOM, Optional.empty(), 10);
                    one.members(lobby, Optional.empty(), 10);
                })
                .isInstanceOf(LogUnavailableException.class)
                .hasMessageContaining("it was changed, or moved from another place");
    }

    @Test
    @DisplayName("the cleanup of the log writes groups with the present key; nothing needs the old one then")
    void renewsTheKey() {
        one.add(ROOM, users("alice"));
        GridUserLog next = new GridUserLog(
                TestGridLog.member("a"),
                logs.structure(""),
                NEXT_KEYS,
                () -> new Retention(256, 1 << 20, Duration.ofMinutes(10), 1 << 26),
                new HandClock(),
                TestGridLog.KEY_WINDOW);
        try {
            next.sweep(channel -> false);
        } finally {
            next.close();
        }

        GridUserGroups without = new GridUserGroups(
                TestGridLog.member("b"),
                logs.structure(""),
                GridKeys.of("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=", Optional.empty()),
                () -> limits);
        assertThat(all(without, ROOM, 10)).containsExactlyElementsOf(users("alice"));
        assertThat(without.groups(Optional.empty(), 10).groups()).containsExactly(ROOM);
    }

    @Test
    @DisplayName("a group whose name was lost with its partition is listed all the same")
    void listsAGroupWhoseNameIsLost() {
        one.add(ROOM, users("alice"));
        structure("group-names").clear();

        assertThat(two.groups(Optional.empty(), 10).groups()).containsExactly(ROOM);
        assertThat(structure("group-names").size()).isEqualTo(1);
    }

    @Test
    @DisplayName("S4: groups take no more than their share of a member's heap, and one group no more than 4 MiB")
    void boundsTheHeap() {
        GridUserGroups small =
                new GridUserGroups(TestGridLog.member("a"), logs.structure(""), TestGrid.KEYS, () -> limits, 2_000);
        small.add(ROOM, users("alice"));

        assertThatThrownBy(() -> small.add(ROOM, users("x".repeat(250), "y".repeat(250), "z".repeat(250))))
                .isInstanceOf(GroupLimitException.class)
                .hasMessageContaining("bytes of this node's heap, and may have 2000");
        assertThat(all(small, ROOM, 10)).isEqualTo(users("alice"));

        limits = new GroupLimits(10, 100_000);
        assertThatThrownBy(() -> {
                    for (int from = 0; from < 7_000; from += 1_000) {
                        one.add(
                                ROOM,
                                IntStream.range(from, from + 1_000)
                                        .mapToObj(i -> new UserId("x".repeat(250) + i))
                                        .toList());
                    }
                })
                .isInstanceOf(GroupLimitException.class)
                .hasMessageContaining("on the grid it may have 4194304");
    }

    @Test
    @DisplayName("a change that may be in the smaller part of a split is not answered")
    void answersNoChangeThatMayBeDropped() {
        Member a = TestGridLog.member("a").getCluster().getLocalMember();
        Member b = TestGridLog.member("b").getCluster().getLocalMember();
        AtomicReference<Set<Member>> members = new AtomicReference<>(Set.of(a, b, ObservedMember.another(a)));
        GridUserGroups cutOff = new GridUserGroups(
                ObservedMember.knowing(TestGridLog.member("a"), () -> Objects.requireNonNull(members.get())),
                logs.structure(""),
                TestGrid.KEYS,
                () -> limits);
        members.set(Set.of(a, b));

        CompletableFuture<UserGroups.Change> answer =
                CompletableFuture.supplyAsync(() -> cutOff.add(ROOM, users("alice")));
        Awaitility.await().until(() -> all(two, ROOM, 10).equals(users("alice")));
        assertThat(answer).isNotDone();
        members.set(Set.of(a));

        assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(LogUnavailableException.class);
        cutOff.close();
    }
}
