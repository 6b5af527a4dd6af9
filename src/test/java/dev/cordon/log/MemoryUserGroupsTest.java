package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MemoryUserGroupsTest extends UserGroupsContract {
    @SuppressWarnings("NullAway.Init") // by open
    private UserGroups groups;

    @Override
    protected UserGroups open(Supplier<GroupLimits> limits) {
        groups = new MemoryUserGroups(limits, 10_000_000);
        return groups;
    }

    @Override
    protected UserGroups elsewhere() {
        return groups;
    }

    @Test
    @DisplayName("S4: groups take no more than their share of the heap, and give back what they took")
    void boundsTheHeap() {
        MemoryUserGroups small = new MemoryUserGroups(() -> limits, 1_000);
        small.add(ROOM, users("ann", "bob"));
        long taken = small.footprint();

        assertThatThrownBy(() -> small.add(ROOM, users("x".repeat(250), "y".repeat(250))))
                .isInstanceOf(GroupLimitException.class)
                .hasMessageContaining("the groups have " + taken + " bytes of the heap, and may have 1000");

        assertThat(small.footprint()).isEqualTo(taken);
        assertThat(small.members(ROOM, Optional.empty(), 10).users()).isEqualTo(users("ann", "bob"));
        small.remove(ROOM, users("ann", "bob"));
        assertThat(small.footprint()).isZero();
    }

    @Test
    @DisplayName("S4: a group counts its own bytes and those of each name, up to the last byte of the share")
    void countsNamesAndCharacters() {
        MemoryUserGroups one = new MemoryUserGroups(() -> limits, 10_000);
        one.add(ROOM, users("ann"));
        long first = one.footprint();
        one.add(ROOM, users("bob"));
        long member = one.footprint() - first;
        one.add(ROOM, users("bobby"));

        assertThat(member).isEqualTo(MemoryUserGroups.MEMBER_BYTES + 6);
        assertThat(one.footprint()).isEqualTo(first + 2 * member + 4);
        long room = 2L * ROOM.value().length();
        assertThat(first - member).isEqualTo(256 + room);

        MemoryUserGroups exact = new MemoryUserGroups(() -> limits, first);
        exact.add(ROOM, users("ann"));
        assertThat(exact.footprint()).isEqualTo(first);
    }
}
