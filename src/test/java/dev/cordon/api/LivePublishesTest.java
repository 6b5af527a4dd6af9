package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.LiveMessages;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Publishes that skip the history. */
class LivePublishesTest {
    private static final Channel ORDERS = Channel.parse("orders#42");

    private final ApiNode node = new ApiNode();
    private final Client laptop = node.client("42", "laptop");
    private final Client phone = node.client("42", "phone");
    private final Client stranger = node.client("43", "laptop");

    private ApiNode another() {
        ApiNode other = new ApiNode();
        node.others.answers(LiveMessages.KIND, "node-2", other.live::answer);
        return other;
    }

    private String result(String method, String json) {
        Answer answer = node.call(method, json.replace('\'', '"'));
        assertThat(answer.status()).as(text(answer)).isEqualTo(200);
        return text(answer);
    }

    @Test
    @DisplayName("the message goes to who follows the channel now, without offset, and the answer has no position")
    void goesToWhoFollowsTheChannelNow() {
        node.subscribe(phone, ORDERS);

        assertThat(result("publish", "{'channel':'orders#42','data':{'typing':true},'skip_history':true}"))
                .isEqualTo("{\"result\":{\"connections\":1}}");

        assertThat(phone.written)
                .containsExactly("{\"push\":{\"channel\":\"orders#42\",\"pub\":{\"data\":{\"typing\":true}}}}");
        assertThat(laptop.written).isEmpty();
        assertThat(stranger.written).isEmpty();
    }

    @Test
    @DisplayName("neither log nor ledger has the message, and offsets go on as if it had not been")
    void noLogKeepsIt() {
        result("publish", "{'channel':'#42','data':1}");
        result("publish", "{'channel':'#42','data':2,'skip_history':true}");

        assertThat(result("history", "{'channel':'#42','limit':-1}"))
                .isEqualTo("{\"result\":{\"publications\":[{\"offset\":1,\"data\":1}],\"epoch\":\"e1\",\"offset\":1}}");
        assertThat(result("ledger", "{'user':'42'}")).contains("\"accepted\":1,");
        assertThat(result("publish", "{'channel':'#42','data':3}")).contains("\"offset\":2");
        assertThat(String.join("\n", laptop.written).lines())
                .containsExactly(
                        "{\"push\":{\"channel\":\"#42\",\"pub\":{\"offset\":1,\"data\":1}}}",
                        "{\"push\":{\"channel\":\"#42\",\"pub\":{\"data\":2}}}",
                        "{\"push\":{\"channel\":\"#42\",\"pub\":{\"offset\":2,\"data\":3}}}");
        assertThat(node.requests.livePublishes.sum()).isEqualTo(1);
        assertThat(node.publishes.accepted.sum()).isEqualTo(2);
    }

    @Test
    void aBroadcastGoesToEachValidChannel() {
        assertThat(result("broadcast", "{'channels':['#42','nobody','#44','#43'],'data':1,'skip_history':true}"))
                .isEqualTo("{\"result\":{\"responses\":[{\"result\":{\"connections\":2}},"
                        + "{\"error\":{\"code\":107,\"message\":\"channel has no owner: it must be #user or topic#user\"}},"
                        + "{\"result\":{\"connections\":0}},{\"result\":{\"connections\":1}}]}}");
        assertThat(stranger.written).containsExactly("{\"push\":{\"channel\":\"#43\",\"pub\":{\"data\":1}}}");
    }

    @Test
    void reachesTheConnectionsOnAllNodesAndCountsThem() {
        ApiNode other = another();
        Client there = other.client("42", "tablet");
        Client strangerThere = other.client("44", "tablet");

        assertThat(result("publish", "{'channel':'#42','data':'ü','skip_history':true}"))
                .isEqualTo("{\"result\":{\"connections\":3}}");
        assertThat(result("broadcast", "{'channels':['#43','#42'],'data':1,'skip_history':true}"))
                .contains("{\"connections\":1}},{\"result\":{\"connections\":3}");
        assertThat(there.written)
                .containsExactly(
                        "{\"push\":{\"channel\":\"#42\",\"pub\":{\"data\":\"ü\"}}}",
                        "{\"push\":{\"channel\":\"#42\",\"pub\":{\"data\":1}}}");
        assertThat(strangerThere.written).isEmpty();
    }

    @Test
    @DisplayName("tags and opaque bytes reach the connections on all nodes in one form")
    void takesTagsAndOpaqueBytesToAllNodes() {
        Client there = another().client("42", "tablet");

        result("publish", "{'channel':'#42','data':1,'tags':{'kind':'note'},'skip_history':true}");
        result("broadcast", "{'channels':['#42'],'b64data':'AAE=','tags':{'a':'b'},'skip_history':true}");
        result("publish", "{'channel':'#42','b64data':'AAE=','skip_history':true}");

        String push = "{\"push\":{\"channel\":\"#42\",\"pub\":{\"data\":%s}}}";
        assertThat(there.written)
                .isEqualTo(phone.written)
                .containsExactly(
                        push.formatted("1,\"tags\":{\"kind\":\"note\"} "),
                        push.formatted("\"AAE=\",\"tags\":{\"a\":\"b\"}   "),
                        push.formatted("\"AAE=\"  "));
    }

    @Test
    @DisplayName("a node that does not answer is an error: its connections may have the message or not")
    void aNodeThatDoesNotAnswerIsAnError() {
        node.others.isSilent("node-2");

        Answer answer = node.call("publish", "{\"channel\":\"#42\",\"data\":1,\"skip_history\":true}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(text(answer)).contains("node-2 did not answer: some connections may have the message nevertheless");
    }

    @Test
    @DisplayName("a connection that reads its backlog, drains or is closed does not get it, and is not counted")
    void onlyLiveConnectionsGetIt() {
        Client reading = node.unanswered("42", "tablet");
        reading.connection().attach(reading.connection().context().orElseThrow(), Channel.parse("#42"));
        laptop.connection().close(Disconnect.NORMAL);

        assertThat(result("publish", "{'channel':'#42','data':1,'skip_history':true}"))
                .contains("\"connections\":1");
        assertThat(reading.written).isEmpty();
        assertThat(laptop.written).isEmpty();
    }

    @Test
    void keepsItsPlaceAmongThePublishesOfABatch() {
        result(
                "batch",
                "{'commands':[{'publish':{'channel':'#42','data':1}},{'publish':{'channel':'#42','data':2,'skip_history':true}},"
                        + "{'publish':{'channel':'#42','data':3}}]}");

        assertThat(String.join("\n", laptop.written).lines().map(push -> push.replaceAll(".*\"data\":(\\d).*", "$1")))
                .containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "publish|{'channel':'#42','data':1,'skip_history':true,'idempotency_key':'k'}|skip_history has no idempotency_key",
                "publish|{'channel':'#42','data':1,'skip_history':'yes'}|skip_history must be true or false",
                "publish|{'channel':'#42','data':1,'skip_history':true,'tags':{'a':7}}|tags must hold strings",
                "publish|{'channel':'console#42','data':1,'skip_history':true}|the topic console is reserved",
                "publish|{'channel':'#42','skip_history':true}|data is missing",
                "publish|{'channel':'#42','data':1,'skip_history':true,'validate':'agent-events'}|agent",
                "broadcast|{'channels':[],'data':1,'skip_history':true}|channels is empty",
                "broadcast|{'group':'g','data':1,'skip_history':true}|skip_history is not supported in a broadcast to a group"
            })
    void rejectsWhatDoesNotFit(String method, String json, String why) {
        Answer answer = node.call(method, json.replace('\'', '"'));

        assertThat(answer.status()).isIn(400, 403);
        assertThat(text(answer)).contains(why);
        assertThat(laptop.written).isEmpty();
    }
}
