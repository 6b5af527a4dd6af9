package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookReplyTest {
    private static final HookCall RPC = Hooks.rpc("alice");
    private static final HookCall REFRESH = new HookCall.Refresh(Hooks.client("alice"), Hooks.AT);
    private static final HookCall SUBSCRIBE =
            new HookCall.Subscribe(Hooks.client("alice"), Channel.parse("orders#alice"));

    private static HookAnswer read(HookCall call, String body) {
        return HookReply.read(call, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anEmptyResultAccepts() {
        assertThat(read(RPC, "{\"result\":{}}")).isEqualTo(HookAnswer.ACCEPT);
    }

    @Test
    void aResultHasDataAndAnEnd() {
        HookAnswer answer =
                read(Hooks.connect("alice"), "{\"result\":{\"user\":\"alice\",\"expire_at\":1893456000,\"data\":[1]}}");

        assertThat(answer)
                .isEqualTo(new HookAnswer.Accept(
                        Optional.of(Payload.json("[1]")), Optional.of(Instant.ofEpochSecond(1893456000)), List.of()));
    }

    @Test
    void aConnectMaySubscribe() {
        HookAnswer answer = read(
                Hooks.connect("alice"),
                "{\"result\":{\"channels\":[\"news#alice\"],\"subs\":{\"orders#alice\":{},\"news#alice\":{}}}}");

        assertThat(((HookAnswer.Accept) answer).channels())
                .containsExactly(Channel.parse("news#alice"), Channel.parse("orders#alice"));
        assertThatThrownBy(() -> read(RPC, "{\"result\":{\"channels\":[\"news#alice\"]}}"))
                .hasMessageContaining("which only the answer to connect may have");
    }

    @Test
    void anErrorHasACodeAndMayBeTemporary() {
        assertThat(read(RPC, "{\"error\":{\"code\":1000,\"message\":\"no\",\"temporary\":true}}"))
                .isEqualTo(new HookAnswer.Fail(1000, "no", true));
    }

    @Test
    void aBackEndNeedNotSayWhy() {
        assertThat(read(RPC, "{\"error\":{\"code\":1000}}"))
                .isEqualTo(new HookAnswer.Fail(1000, "rejected by the back end", false));
        assertThat(read(RPC, "{\"disconnect\":{\"code\":4501,\"reason\":\"\"}}"))
                .isEqualTo(new HookAnswer.Close(new Disconnect(4501, "rejected by the back end")));
    }

    @Test
    void aDisconnectWinsOverTheRest() {
        assertThat(read(RPC, "{\"result\":{},\"error\":null,\"disconnect\":{\"code\":4501,\"reason\":\"banned\"}}"))
                .isEqualTo(new HookAnswer.Close(new Disconnect(4501, "banned")));
    }

    @Test
    void anExpiredRefreshEndsTheConnectionAsATokenDoes() {
        assertThat(read(REFRESH, "{\"result\":{\"expired\":true}}"))
                .isEqualTo(new HookAnswer.Close(Disconnect.EXPIRED));
    }

    @Test
    void fieldsThatALibraryLeavesEmptyDoNoHarm() {
        assertThat(
                        read(
                                Hooks.connect("alice"),
                                "{\"result\":{\"user\":\"\",\"expire_at\":0,\"b64data\":\"\",\"channels\":[],\"subs\":{},\"data\":null}}"))
                .isEqualTo(HookAnswer.ACCEPT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"b64data\":\"\"", "\"caps\":[]", "\"override\":{}"})
    void aFieldWithNothingInItIsNotLookedAt(String field) {
        assertThat(read(RPC, "{\"result\":{" + field + "}}")).isEqualTo(HookAnswer.ACCEPT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|neither result, error nor disconnect",
                "{'result':{'caps':12}}|result.caps is not supported",
                "{'result':{'caps':[1]}}|result.caps is not supported",
                "{'result':{'override':{'a':1}}}|result.override is not supported",
                "{'result':{'allow':'r'}}|result.allow is not supported",
                "{'error':{'code':-1}}|code is out of range",
                "{'error':{'code':0}}|an error's code must be 100-1999, not 0",
                "{'error':{'code':65535}}|an error's code must be 100-1999, not 65535",
                "{'error':{'code':65536}}|code is out of range"
            })
    void saysWhyAnAnswerIsNone(String body, String why) {
        assertThatThrownBy(() -> read(RPC, body.replace('\'', '"'))).hasMessageContaining(why);
    }

    @Test
    void anEndIsAsLateAsATimeMayBe() {
        long last = Instant.MAX.getEpochSecond();

        assertThat(read(REFRESH, "{\"result\":{\"expire_at\":" + last + "}}"))
                .isEqualTo(HookAnswer.until(Instant.ofEpochSecond(last)));
        assertThatThrownBy(() -> read(REFRESH, "{\"result\":{\"expire_at\":" + (last + 1) + "}}"))
                .hasMessageContaining("result.expire_at must be seconds since 1970");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "[]",
                "{}",
                "{\"result\":[]}",
                "{\"result\":{}}{}",
                "{\"result\":{\"user\":\"bob\"}}",
                "{\"result\":{\"b64data\":\"e30=\"}}",
                "{\"result\":{\"channels\":[\"news\"]}}",
                "{\"result\":{\"expire_at\":-1}}",
                "{\"error\":{\"code\":99,\"message\":\"too small\"}}",
                "{\"disconnect\":{\"code\":1000,\"reason\":\"no\"}}",
                "{\"disconnect\":{\"code\":9999999999,\"reason\":\"no\"}}"
            })
    void rejectsWhatIsNoAnswer(String body) {
        assertThatThrownBy(() -> read(Hooks.connect("alice"), body)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void rejectsAnEndOfASubscription() {
        assertThatThrownBy(() -> read(SUBSCRIBE, "{\"result\":{\"expire_at\":1893456000}}"))
                .hasMessageContaining("result.expire_at is not supported");
    }
}
