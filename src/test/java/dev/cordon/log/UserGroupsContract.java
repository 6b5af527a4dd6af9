package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What groups of users do wherever they are kept. */
public abstract class UserGroupsContract {
    protected static final GroupName ROOM = new GroupName("room");
    private static final GroupName LOBBY = new GroupName("lobby");
    /** Names that differ in one character, or in the order of alphabets. */
    private static final List<String> NAMES = List.of(
            "a", "A", "ä", "a ", " a", "a%", "a_", "b", "B", "\u00e9", "e\u0301", "ß", "ss", "9", "10", "😀", "'");

    protected volatile GroupLimits limits = new GroupLimits(20, 3_000);
    private UserGroups groups;

    /** The groups of one node, which are empty. Called once. */
    protected abstract UserGroups open(Supplier<GroupLimits> limits);

    /** The same groups as another node sees them. */
    protected abstract UserGroups elsewhere();

    @BeforeEach
    void open() {
        groups = open(() -> limits);
    }

    protected static List<UserId> users(String... names) {
        return Stream.of(names).map(UserId::new).toList();
    }

    private static List<UserId> users(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> new UserId("user-" + i)).toList();
    }

    protected static List<UserId> all(UserGroups groups, GroupName group, int limit) {
        List<UserId> all = new ArrayList<>();
        UserGroups.Members page = groups.members(group, Optional.empty(), limit);
        all.addAll(page.users());
        while (page.more()) {
            page = groups.members(
                    group, Optional.of(page.users().get(page.users().size() - 1)), limit);
            all.addAll(page.users());
        }
        return all;
    }

    private static List<GroupName> names(UserGroups groups, int limit) {
        List<GroupName> all = new ArrayList<>();
        UserGroups.Names page = groups.groups(Optional.empty(), limit);
        all.addAll(page.groups());
        while (page.more()) {
            page = groups.groups(Optional.of(page.groups().get(page.groups().size() - 1)), limit);
            all.addAll(page.groups());
        }
        return all;
    }

    private void fill(GroupName group, int size) {
        for (int from = 0; from < size; from += UserGroups.MAX_PAGE) {
            groups.add(group, users(from, Math.min(size, from + UserGroups.MAX_PAGE)));
        }
    }

    @Test
    void aGroupBeginsWithItsFirstUserAndEndsWithItsLast() {
        assertThat(groups.members(ROOM, Optional.empty(), 10)).isEqualTo(new UserGroups.Members(List.of(), false, 0));

        assertThat(groups.add(ROOM, users("ann", "bob"))).isEqualTo(new UserGroups.Change(2, 2));
        assertThat(elsewhere().members(ROOM, Optional.empty(), 10).size()).isEqualTo(2);
        assertThat(all(elsewhere(), ROOM, 10)).containsExactlyInAnyOrderElementsOf(users("ann", "bob"));
        assertThat(names(elsewhere(), 10)).containsExactly(ROOM);

        assertThat(elsewhere().remove(ROOM, users("ann"))).isEqualTo(new UserGroups.Change(1, 1));
        assertThat(groups.remove(ROOM, users("bob"))).isEqualTo(new UserGroups.Change(1, 0));
        assertThat(groups.members(ROOM, Optional.empty(), 10)).isEqualTo(new UserGroups.Members(List.of(), false, 0));
        assertThat(names(groups, 10)).isEmpty();
        assertThat(groups.footprint()).isZero();

        assertThat(elsewhere().add(ROOM, users("carl"))).isEqualTo(new UserGroups.Change(1, 1));
        assertThat(all(groups, ROOM, 10)).containsExactlyElementsOf(users("carl"));
    }

    @Test
    void countsUsersOnceWhoAreThereAlreadyOrNamedTwice() {
        assertThat(groups.add(ROOM, users("ann", "bob", "ann"))).isEqualTo(new UserGroups.Change(2, 2));
        assertThat(groups.add(ROOM, users("bob", "carl", "ann"))).isEqualTo(new UserGroups.Change(1, 3));
        assertThat(groups.add(ROOM, users("carl"))).isEqualTo(new UserGroups.Change(0, 3));

        assertThat(groups.remove(ROOM, users("carl", "dora", "carl"))).isEqualTo(new UserGroups.Change(1, 2));
        assertThat(groups.remove(ROOM, users("dora"))).isEqualTo(new UserGroups.Change(0, 2));
        assertThat(groups.remove(LOBBY, users("ann"))).isEqualTo(new UserGroups.Change(0, 0));
        assertThat(names(groups, 10)).containsExactly(ROOM);
    }

    @Test
    @DisplayName("names of groups and users are compared byte by byte, and no group has another's users")
    void keepsGroupsAndNamesApart() {
        for (String name : NAMES) {
            groups.add(new GroupName(name), users("of " + name));
        }
        groups.add(ROOM, NAMES.stream().map(UserId::new).toList());

        for (String name : NAMES) {
            assertThat(all(elsewhere(), new GroupName(name), 10)).containsExactlyElementsOf(users("of " + name));
        }
        assertThat(all(groups, ROOM, 3))
                .containsExactlyInAnyOrderElementsOf(
                        NAMES.stream().map(UserId::new).toList());
        assertThat(names(groups, 4))
                .hasSize(NAMES.size() + 1)
                .containsAll(NAMES.stream().map(GroupName::new).toList());
    }

    @Test
    void keepsTheLongestNames() {
        GroupName longest = new GroupName("😀".repeat(32));
        List<UserId> user = users("é".repeat(128), "x".repeat(256));

        groups.add(longest, user);

        assertThat(all(elsewhere(), longest, 10)).containsExactlyInAnyOrderElementsOf(user);
        assertThat(names(elsewhere(), 10)).containsExactly(longest);
    }

    @Test
    void tellsAllMembersInPagesOfAnySize() {
        fill(ROOM, 2_500);

        assertThat(all(groups, ROOM, 1_000)).containsExactlyInAnyOrderElementsOf(users(0, 2_500));
        assertThat(all(elsewhere(), ROOM, 499)).isEqualTo(all(groups, ROOM, 1_000));
        UserGroups.Members exact = groups.members(ROOM, Optional.empty(), 500);
        assertThat(exact.users()).hasSize(500);
        assertThat(exact.more()).isTrue();
        assertThat(exact.size()).isEqualTo(2_500);
    }

    @Test
    void doesNotPromiseAnotherPageBehindTheLastMember() {
        groups.add(ROOM, users(0, 10));

        assertThat(groups.members(ROOM, Optional.empty(), 10).more()).isFalse();
        assertThat(groups.members(ROOM, Optional.empty(), 9).more()).isTrue();
        groups.add(LOBBY, users("ann"));
        assertThat(groups.groups(Optional.empty(), 2).more()).isFalse();
        assertThat(groups.groups(Optional.empty(), 1).more()).isTrue();
    }

    @Test
    @DisplayName("a page begins behind a user who is no member any more, or a group that is gone")
    void goesOnBehindWhoIsGone() {
        groups.add(ROOM, users(0, 10));
        List<UserId> order = all(groups, ROOM, 10);
        UserId fifth = order.get(4);
        groups.remove(ROOM, List.of(fifth));

        assertThat(groups.members(ROOM, Optional.of(fifth), 10).users()).isEqualTo(order.subList(5, 10));

        users(0, 10).forEach(user -> groups.add(new GroupName(user.value()), users("ann")));
        List<GroupName> names = names(groups, 100);
        groups.remove(
                names.get(4), users(names.get(4).equals(ROOM) ? order.get(0).value() : "ann"));
        assertThat(groups.groups(Optional.of(names.get(4)), 100).groups()).isEqualTo(names.subList(5, 11));
    }

    @Test
    @DisplayName("F48 a group takes its maximum of users; one more is rejected, and so are all users who came with it")
    void boundsTheMembersOfAGroup() {
        limits = new GroupLimits(20, 100);
        groups.add(ROOM, users(0, 99));

        assertThatThrownBy(() -> groups.add(ROOM, users(99, 101)))
                .isInstanceOf(GroupLimitException.class)
                .hasMessage("the group would have 101 members, more than cordon.groups.max-members allows (100)");
        assertThatThrownBy(() -> groups.add(LOBBY, users(0, 101))).isInstanceOf(GroupLimitException.class);
        assertThat(all(groups, ROOM, 1_000)).hasSize(99);
        assertThat(names(groups, 10)).containsExactly(ROOM);

        assertThat(groups.add(ROOM, users(90, 100))).isEqualTo(new UserGroups.Change(1, 100));
        limits = new GroupLimits(20, 50);
        assertThat(groups.add(ROOM, users(0, 100))).isEqualTo(new UserGroups.Change(0, 100));
        assertThatThrownBy(() -> groups.add(ROOM, users("ann"))).isInstanceOf(GroupLimitException.class);
        assertThat(groups.remove(ROOM, users(0, 51))).isEqualTo(new UserGroups.Change(51, 49));
        assertThat(groups.add(ROOM, users("ann"))).isEqualTo(new UserGroups.Change(1, 50));
    }

    @Test
    @DisplayName("F48 there are as many groups as allowed; one more is rejected until another has ended")
    void boundsTheNumberOfGroups() {
        limits = new GroupLimits(2, 100);
        groups.add(ROOM, users("ann"));
        groups.add(LOBBY, users("ann"));
        GroupName third = new GroupName("third");

        assertThatThrownBy(() -> elsewhere().add(third, users("ann")))
                .isInstanceOf(GroupLimitException.class)
                .hasMessageStartingWith("there are 2 groups already, and cordon.groups.max-groups allows 2");
        assertThat(groups.add(ROOM, users("bob")).members()).isEqualTo(2);
        groups.remove(LOBBY, users("ann"));

        assertThat(elsewhere().add(third, users("ann")).members()).isEqualTo(1);
        assertThat(names(groups, 10)).containsExactlyInAnyOrder(ROOM, third);
    }

    @Test
    @DisplayName("changes of one group from several threads of two nodes are all made, and counted right")
    void makesAllChangesThatRace() throws Exception {
        int threads = 6;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Integer>> adding = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                UserGroups node = t % 2 == 0 ? groups : elsewhere();
                int from = t * 20;
                // Half of the users are added by the next thread too.
                adding.add(() -> IntStream.range(from, from + 40)
                        .map(i -> node.add(ROOM, users(i, i + 1)).changed())
                        .sum());
            }
            int added = sum(pool.invokeAll(adding));

            assertThat(added).isEqualTo(20 * threads + 20);
            assertThat(all(groups, ROOM, 1_000)).containsExactlyInAnyOrderElementsOf(users(0, 20 * threads + 20));
            assertThat(groups.members(ROOM, Optional.empty(), 1).size()).isEqualTo(added);

            List<Callable<Integer>> removing = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                UserGroups node = t % 2 == 0 ? groups : elsewhere();
                removing.add(() -> IntStream.range(0, added / 10)
                        .map(i -> node.remove(ROOM, users(i * 10, i * 10 + 10)).changed())
                        .sum());
            }
            assertThat(sum(pool.invokeAll(removing))).isEqualTo(added);
            assertThat(names(groups, 10)).isEmpty();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @DisplayName("F48 groups that begin at the same time on two nodes are never more than allowed")
    void boundsGroupsThatRace() throws Exception {
        limits = new GroupLimits(5, 100);
        AtomicInteger rejected = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Integer>> adding = new ArrayList<>();
            for (int t = 0; t < 12; t++) {
                UserGroups node = t % 2 == 0 ? groups : elsewhere();
                GroupName name = new GroupName("group-" + t);
                adding.add(() -> {
                    try {
                        return node.add(name, users("ann")).changed();
                    } catch (GroupLimitException e) {
                        rejected.incrementAndGet();
                        return 0;
                    }
                });
            }
            assertThat(sum(pool.invokeAll(adding))).isEqualTo(5);
        } finally {
            pool.shutdownNow();
        }
        assertThat(rejected).hasValue(7);
        assertThat(names(groups, 100)).hasSize(5);
    }

    @Test
    @DisplayName("who is a member all the while is on one page, once, whatever is added and removed between the pages")
    void pagesPassOverNobodyWhileOthersComeAndGo() throws Exception {
        fill(ROOM, 1_000);
        List<UserId> staying = users(0, 1_000).stream()
                .filter(user -> Integer.parseInt(user.value().substring(5)) % 2 == 0)
                .toList();
        List<UserId> leaving =
                users(0, 1_000).stream().filter(user -> !staying.contains(user)).toList();
        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(1);
        Set<UserId> seen = new HashSet<>();
        try {
            Future<?> changes = pool.submit(() -> {
                for (int i = 0; !ended.get(); i = (i + 50) % 500) {
                    elsewhere().remove(ROOM, leaving.subList(i, i + 50));
                    elsewhere().add(ROOM, users(2_000 + i, 2_050 + i));
                    elsewhere().add(ROOM, leaving.subList(i, i + 50));
                    elsewhere().remove(ROOM, users(2_000 + i, 2_050 + i));
                }
            });
            for (int round = 0; round < 5; round++) {
                List<UserId> told = all(groups, ROOM, 37);

                assertThat(told).doesNotHaveDuplicates().containsAll(staying);
                seen.addAll(told);
            }
            ended.set(true);
            changes.get();
        } finally {
            pool.shutdownNow();
        }
        assertThat(seen).containsAll(staying);
        assertThat(all(groups, ROOM, 1_000)).containsExactlyInAnyOrderElementsOf(users(0, 1_000));
    }

    private static int sum(List<Future<Integer>> results) throws Exception {
        int sum = 0;
        for (Future<Integer> each : results) {
            sum += each.get();
        }
        return sum;
    }
}
