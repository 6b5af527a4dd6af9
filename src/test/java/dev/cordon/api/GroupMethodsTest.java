package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.GroupLimits;
import dev.cordon.log.UserGroups;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupMethodsTest {
    private final ApiNode node = new ApiNode();

    private String call(String method, String json) {
        return text(node.call(method, json.replace('\'', '"')));
    }

    /** {@code "user-0","user-1",…} */
    private static String named(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "\"user-" + i + "\"").collect(Collectors.joining(","));
    }

    @Test
    void addsListsAndRemovesUsers() {
        assertThat(call("group_add", "{'group':'room','users':['ann','bob','ann']}"))
                .isEqualTo("{\"result\":{\"added\":2,\"members\":2}}");
        assertThat(call("group_add", "{'group':'room','users':['bob','carl']}"))
                .isEqualTo("{\"result\":{\"added\":1,\"members\":3}}");
        assertThat(call("group_list", "{'group':'room'}"))
                .isEqualTo("{\"result\":{\"members\":3,\"users\":[\"ann\",\"bob\",\"carl\"]}}");
        assertThat(call("group_list", "{}")).isEqualTo("{\"result\":{\"groups\":[\"room\"]}}");

        assertThat(call("group_remove", "{'group':'room','users':['bob','dora']}"))
                .isEqualTo("{\"result\":{\"removed\":1,\"members\":2}}");
        assertThat(call("group_remove", "{'group':'room','all':true}"))
                .isEqualTo("{\"result\":{\"removed\":2,\"members\":0}}");
        assertThat(call("group_list", "{}")).isEqualTo("{\"result\":{\"groups\":[]}}");
        assertThat(node.requests.groupChanges.sum()).isEqualTo(6);
    }

    @Test
    void listsInPages() {
        call("group_add", "{'group':'b','users':['x','y','z']}");
        call("group_add", "{'group':'a','users':['x']}");

        assertThat(call("group_list", "{'limit':1}")).isEqualTo("{\"result\":{\"groups\":[\"a\"],\"next\":\"a\"}}");
        assertThat(call("group_list", "{'limit':1,'after':'a'}")).isEqualTo("{\"result\":{\"groups\":[\"b\"]}}");
        assertThat(call("group_list", "{'group':'b','limit':2}"))
                .isEqualTo("{\"result\":{\"members\":3,\"users\":[\"x\",\"y\"],\"next\":\"y\"}}");
        assertThat(call("group_list", "{'group':'b','limit':2,'after':'y'}"))
                .isEqualTo("{\"result\":{\"members\":3,\"users\":[\"z\"]}}");
    }

    @Test
    @DisplayName(
            "a removal that is repeated, or of a group that is gone, removes nothing; a list of it is rejected with 102")
    void aGroupWithoutUsersIsNone() {
        call("group_add", "{'group':'room','users':['ann']}");
        call("group_remove", "{'group':'room','users':['ann']}");

        assertThat(call("group_remove", "{'group':'room','users':['ann']}"))
                .isEqualTo("{\"result\":{\"removed\":0,\"members\":0}}");
        assertThat(call("group_remove", "{'group':'room','all':true}"))
                .isEqualTo("{\"result\":{\"removed\":0,\"members\":0}}");
        Answer listed = node.call("group_list", "{\"group\":\"room\"}");
        assertThat(listed.status()).isEqualTo(400);
        assertThat(text(listed))
                .isEqualTo(
                        "{\"error\":{\"code\":102,\"message\":\"there is no such group: group_add begins it, and its last"
                                + " user ends it\"}}");
        assertThat(node.requests.rejected(Rejected.UNKNOWN_GROUP)).isEqualTo(1);
    }

    @Test
    void removesAllUsersOfALargeGroup() {
        for (int from = 0; from < 3_000; from += 1_000) {
            call("group_add", "{'group':'room','users':[" + named(from, from + 1_000) + "]}");
        }

        assertThat(call("group_remove", "{'group':'room','all':true}"))
                .isEqualTo("{\"result\":{\"removed\":3000,\"members\":0}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "group_add    | {'users':['ann']}                              | group is missing",
                "group_add    | {'group':'','users':['ann']}                   | group is missing",
                "group_add    | {'group':'room'}                               | users is missing: give at least one\"}",
                "group_add    | {'group':'room','users':[]}                    | users is empty: give at least one\"}",
                "group_add    | {'group':'room','users':['ann','']}            | users[1]: user is empty",
                "group_add    | {'group':'room','users':['a\\u0007']}          | users[0]: user has a control character",
                "group_remove | {'group':'room','users':['a','b','\\u0007']}  | users[2]: user has a control character",
                "group_add    | {'group':'ro\\nom','users':['ann']}            | group has a control character",
                "group_add    | {'group':'\\ud83d','users':['ann']}            | group has half a surrogate pair",
                "group_add    | {'group':'room','users':'ann'}                 | users must be an array",
                "group_add    | {'group':7,'users':['ann']}                    | group must be a string",
                "group_add    | {'group':'room','user':['ann']}                | group_add has no field user: did you mean users?",
                "group_remove | {'group':'room'}                               | users is missing: give at least one, or \\\"all\\\":true to remove all",
                "group_remove | {'group':'room','all':false}                   | users is missing: give at least one, or \\\"all\\\":true to remove all",
                "group_remove | {'group':'room','users':[]}                    | users is empty: give at least one, or \\\"all\\\":true to remove all",
                "group_remove | {'group':'room','users':['ann'],'all':true}    | give users, or all, and not both",
                "group_list   | {'limit':0}                                    | limit must be 1 to 1000",
                "group_list   | {'limit':1001}                                 | limit must be 1 to 1000",
                "group_list   | {'group':'room','after':'\\u0007'}             | user has a control character"
            })
    void rejectsWhatIsNoChangeOrList(String method, String json, String message) {
        call("group_add", "{'group':'room','users':['bob']}");

        Answer answer = node.call(method, json.replace('\'', '"'));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":107,\"message\":\"" + message);
        assertThat(call("group_list", "{'group':'room'}")).contains("\"users\":[\"bob\"]");
    }

    @Test
    @DisplayName("F48 names and numbers of users and groups are bounded")
    void boundsNamesAndNumbers() {
        assertThat(call("group_add", "{'group':'" + "x".repeat(128) + "','users':['" + "y".repeat(256) + "']}"))
                .contains("\"added\":1");
        assertThat(call("group_add", "{'group':'" + "x".repeat(129) + "','users':['ann']}"))
                .contains("group is longer than 128 bytes");
        assertThat(call("group_add", "{'group':'room','users':['" + "y".repeat(257) + "']}"))
                .contains("user is longer than 256 bytes");
        assertThat(call("group_add", "{'group':'room','users':[" + named(0, 1_001) + "]}"))
                .contains("users has more than 1000 entries");
        assertThat(call("group_add", "{'group':'room','users':[" + named(0, 1_000) + "]}"))
                .contains("\"added\":1000");

        node.groupLimits = new GroupLimits(2, 1_000);
        Answer full = node.call("group_add", "{\"group\":\"room\",\"users\":[\"one more\"]}");
        assertThat(full.status()).isEqualTo(413);
        assertThat(text(full))
                .contains("\"code\":106", "1001 members, more than cordon.groups.max-members allows (1000)");
        assertThat(call("group_add", "{'group':'third','users':['ann']}"))
                .contains("\"code\":106", "there are 2 groups already, and cordon.groups.max-groups allows 2");
    }

    @Test
    void worksInABatch() {
        assertThat(
                        call(
                                "batch",
                                "{'commands':[{'group_add':{'group':'room','users':['ann']}},{'broadcast':{'group':'room','data':1}},"
                                        + "{'group_remove':{'group':'room','users':['ann']}},{'group_list':{'group':'room'}}]}"))
                .isEqualTo("{\"replies\":[{\"group_add\":{\"added\":1,\"members\":1}},"
                        + "{\"broadcast\":{\"users\":1,\"appended\":1,\"connections\":0,\"failed\":0,\"failures\":[]}},"
                        + "{\"group_remove\":{\"removed\":1,\"members\":0}},"
                        + "{\"error\":{\"code\":102,\"message\":\"there is no such group: group_add begins it, and its last user"
                        + " ends it\"}}]}");
    }

    @Test
    @DisplayName("a member may read nothing that it could not read before: membership is no permission")
    void membershipLetsNobodyRead() {
        Client ann = node.client("ann", "laptop");
        Client bob = node.client("bob", "laptop");
        call("group_add", "{'group':'room','users':['ann']}");

        call("publish", "{'channel':'#bob','data':1}");
        call("broadcast", "{'group':'room','data':2}");

        assertThat(ann.written).containsExactly("{\"push\":{\"channel\":\"#ann\",\"pub\":{\"offset\":1,\"data\":2}}}");
        assertThat(bob.written).containsExactly("{\"push\":{\"channel\":\"#bob\",\"pub\":{\"offset\":1,\"data\":1}}}");
        assertThat(node.groups
                        .members(new GroupName("room"), Optional.empty(), UserGroups.MAX_PAGE)
                        .users())
                .isEqualTo(List.of(new UserId("ann")));
    }
}
