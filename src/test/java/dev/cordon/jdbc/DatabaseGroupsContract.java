package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.GroupLimits;
import dev.cordon.log.HandClock;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserGroupsContract;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Groups of users in the log's database, with two nodes. */
abstract class DatabaseGroupsContract extends UserGroupsContract {
    private final TestDatabase database = database();
    private final String url = database.fresh();

    @SuppressWarnings("NullAway.Init") // by open
    private UserGroups one;

    @SuppressWarnings("NullAway.Init") // by open
    private UserGroups two;

    abstract TestDatabase database();

    @Override
    protected UserGroups open(Supplier<GroupLimits> limits) {
        one = node(limits);
        two = node(limits);
        return one;
    }

    private UserGroups node(Supplier<GroupLimits> limits) {
        return database.open(url, () -> TestCluster.RETENTION, new HandClock()).groups(limits);
    }

    @Override
    protected UserGroups elsewhere() {
        return two;
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void groupsOutliveTheNodes() {
        one.add(ROOM, users("ann", "bob"));
        database.close();

        UserGroups later = node(() -> limits);

        assertThat(all(later, ROOM, 10)).containsExactlyInAnyOrderElementsOf(users("ann", "bob"));
    }

    @Test
    @DisplayName("names that others have written and that are none are passed over, whole pages of them too")
    void passesOverForeignNames() {
        one.add(ROOM, users("ann", "zoe"));
        TestDatabase.run(
                url,
                "INSERT INTO cordon_group_member (group_name, owner) VALUES ('room', '')",
                "INSERT INTO cordon_group_member (group_name, owner) VALUES ('room', 'b' || chr(7))",
                "INSERT INTO cordon_group_member (group_name, owner) VALUES ('room', 'c' || chr(7))",
                "INSERT INTO cordon_group (name, members) VALUES ('a' || chr(7), 1)");

        assertThat(all(one, ROOM, 1)).containsExactlyInAnyOrderElementsOf(users("ann", "zoe"));
        assertThat(one.groups(Optional.empty(), 1).groups()).containsExactly(ROOM);
    }

    @Test
    void saysThatTheDatabaseIsAway() {
        database.close();

        assertThatThrownBy(() -> one.add(ROOM, users("ann"))).isInstanceOf(LogUnavailableException.class);
        assertThatThrownBy(() -> one.remove(ROOM, users("ann"))).isInstanceOf(LogUnavailableException.class);
        assertThatThrownBy(() -> one.members(ROOM, Optional.empty(), 10)).isInstanceOf(LogUnavailableException.class);
        assertThatThrownBy(() -> one.groups(Optional.empty(), 10)).isInstanceOf(LogUnavailableException.class);
    }
}
