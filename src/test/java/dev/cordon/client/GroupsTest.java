package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.json.JsonFields;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands for groups of users. {@code ClientIT} sends them to a real node. */
@Timeout(60)
class GroupsTest {
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** A node that answers each request by the next of these results. */
    private FakeNode node(String... results) {
        return new FakeNode(new FakeNode.Log(), n -> request -> {
            requests.add(request.method + " " + text(request.body));
            return request.write(FakeNode.http(
                    results[n].contains("error':{'code':102") ? 400 : 200, "", results[n].replace('\'', '"')));
        });
    }

    /** The fields, without the value of a key that the client has made. */
    private static String text(JsonFields body) {
        return IntStream.range(0, body.count())
                .mapToObj(i -> body.named(i, "idempotency_key") ? "key" : body.name(i) + "=" + body.text(i))
                .collect(Collectors.joining(" "));
    }

    @Test
    void changesGroups() throws IOException {
        try (FakeNode node = node(
                        "{'result':{'added':2,'members':3}}",
                        "{'result':{'removed':1,'members':2}}",
                        "{'result':{'removed':2,'members':0}}");
                CordonClient client = node.client().build()) {
            assertThat(client.groupAdd("room \"7\"", List.of("ann", "ü"))).isEqualTo(new GroupChange(2, 3));
            assertThat(client.groupRemove("room", Set.of("ann"))).isEqualTo(new GroupChange(1, 2));
            assertThat(client.call(new GroupRemoveAll("room"))).isEqualTo(new GroupChange(2, 0));
        }
        assertThat(requests)
                .containsExactly(
                        "group_add group=\"room \\\"7\\\"\" users=[\"ann\",\"ü\"]",
                        "group_remove group=\"room\" users=[\"ann\"]",
                        "group_remove group=\"room\" all=true");
    }

    @Test
    void listsGroupsAndTheirUsersInPages() throws IOException {
        try (FakeNode node = node(
                        "{'result':{'members':3,'users':['ann','bob'],'next':'bob'}}",
                        "{'result':{'members':3,'users':['carl']}}",
                        "{'result':{'groups':['room'],'next':'room'}}",
                        "{'result':{'groups':[]}}",
                        "{'error':{'code':102,'message':'there is no such group'}}");
                CordonClient client = node.client().build()) {
            GroupMembersResult first = client.groupMembers("room");
            assertThat(first).isEqualTo(new GroupMembersResult(List.of("ann", "bob"), 3, Optional.of("bob")));
            assertThat(client.call(new GroupMembers("room", first.next(), 2)))
                    .isEqualTo(new GroupMembersResult(List.of("carl"), 3, Optional.empty()));
            assertThat(client.call(new Groups())).isEqualTo(new GroupsResult(List.of("room"), Optional.of("room")));
            assertThat(client.call(new Groups(Optional.of("room"), 7)))
                    .isEqualTo(new GroupsResult(List.of(), Optional.empty()));
            assertThatThrownBy(() -> client.groupMembers("none"))
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            rejected -> assertThat(rejected.code()).isEqualTo(GroupMembers.UNKNOWN));
        }
        assertThat(requests)
                .containsExactly(
                        "group_list group=\"room\" limit=1000",
                        "group_list group=\"room\" limit=2 after=\"bob\"",
                        "group_list limit=1000",
                        "group_list limit=7 after=\"room\"",
                        "group_list group=\"none\" limit=1000");
    }

    @Test
    void broadcastsToAGroup() throws IOException {
        try (FakeNode node = node(
                        "{'result':{'users':3,'appended':2,'connections':4,'failed':1,'failures':["
                                + "{'user':'bob','error':{'code':100,'message':'not stored'}}]}}",
                        "{'result':{'users':1,'appended':1,'connections':0,'failed':0,'failures':[]}}");
                CordonClient client = node.client().build()) {
            GroupBroadcastResult result = client.groupBroadcast("room", "{\"a\":1}");
            assertThat(result)
                    .isEqualTo(new GroupBroadcastResult(
                            3, 2, 4, 1, List.of(new GroupBroadcastResult.Failure("bob", 100, "not stored"))));
            assertThat(result.complete()).isFalse();
            assertThat(client.call(new GroupBroadcast("room", "news", "1", Optional.of("order-1")))
                            .complete())
                    .isTrue();
        }
        assertThat(requests)
                .containsExactly(
                        "broadcast group=\"room\" topic=\"\" data={\"a\":1} key",
                        "broadcast group=\"room\" topic=\"news\" data=1 key");
    }

    @Test
    @DisplayName("changes and broadcasts are sent again when their answer is lost, a removal of all is not")
    void repeatsWhatMayBeRepeated() throws IOException {
        FakeNode.Behaviour answer = request -> request.write(FakeNode.http(
                200,
                "",
                request.method.equals("broadcast")
                        ? "{\"result\":{\"users\":1,\"appended\":1,\"connections\":0,\"failed\":0,\"failures\":[]}}"
                        : "{\"result\":{\"added\":0,\"removed\":0,\"members\":1}}"));
        // It takes a request, and ends without an answer.
        FakeNode.Behaviour lost = request -> false;
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> n % 2 == 0 ? lost : answer);
                CordonClient client = node.client().build()) {
            assertThat(client.groupAdd("room", List.of("ann")).members()).isEqualTo(1);
            assertThat(client.groupRemove("room", List.of("ann")).changed()).isZero();
            assertThat(client.groupBroadcast("room", "1").complete()).isTrue();
            assertThatThrownBy(() -> client.call(new GroupRemoveAll("room"))).isInstanceOf(UnansweredException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "1,\"topic\":\"x\"", "1,\"x\":2", "1},{\"group\":\"other\",\"data\":2"})
    void dataAddsNothingToTheRequest(String data) throws IOException {
        try (FakeNode node = node();
                CordonClient client = node.client().build()) {
            assertThatThrownBy(() -> client.groupBroadcastAsync("room", data))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(requests).isEmpty();
    }

    @Test
    void rejectsCommandsThatANodeWouldReject() throws IOException {
        assertThatThrownBy(() -> new GroupAdd("room", List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GroupRemove("room", Collections.nCopies(1_001, "ann")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a change of a group has 1001 users: give 1 to 1000");
        assertThatThrownBy(() -> new GroupMembers("room", Optional.empty(), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Groups(Optional.empty(), 1_001)).isInstanceOf(IllegalArgumentException.class);
        try (FakeNode node = node();
                CordonClient client = node.client().build()) {
            assertThatThrownBy(() -> client.groupAdd("room", List.of("ann\ud800")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.groupBroadcast("room\ud800", "1"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void textsShowNeitherGroupNorUsersNorData() {
        assertThat(List.of(
                                new GroupAdd("secret", List.of("secret")),
                                new GroupRemove("secret", List.of("secret")),
                                new GroupRemoveAll("secret"),
                                new GroupMembers("secret", Optional.of("secret"), 1),
                                new Groups(Optional.of("secret"), 1),
                                new GroupBroadcast("secret", "secret"),
                                new GroupBroadcastResult.Failure("secret", 1, "secret"))
                        .toString())
                .doesNotContain("secret");
    }
}
