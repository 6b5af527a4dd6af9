package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookClient;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HookQuestionTest {
    private static final String CLIENT =
            "{\"client\":\"c-al\\\"ice\",\"transport\":\"websocket\",\"protocol\":\"json\","
                    + "\"encoding\":\"json\",\"user\":\"al\\\"ice\",\"session\":\"laptop\",";

    private static String json(HookCall call) {
        return new String(HookQuestion.json(call), StandardCharsets.UTF_8);
    }

    @Test
    void writesAConnect() {
        assertThat(json(Hooks.connect("al\"ice")))
                .isEqualTo(CLIENT
                        + "\"expire_at\":1893456060,\"name\":\"js\",\"version\":\"5.0.1\",\"data\":{\"page\":2}}");
    }

    @Test
    @DisplayName("a question says how the client came and what it speaks; data is JSON in any case")
    void saysHowTheClientCameAndWhatItSpeaks() {
        HookClient swift = new HookClient(
                new UserId("alice"),
                new SessionId("phone"),
                new ConnectionId("c-1"),
                "swift",
                "",
                "uni_sse",
                "protobuf",
                Map.of());

        assertThat(json(new HookCall.Rpc(swift, "orders.list", Payload.json("{\"n\":1}"))))
                .isEqualTo("{\"client\":\"c-1\",\"transport\":\"uni_sse\",\"protocol\":\"protobuf\","
                        + "\"encoding\":\"json\",\"user\":\"alice\",\"session\":\"phone\","
                        + "\"method\":\"orders.list\",\"data\":{\"n\":1}}");
    }

    @Test
    void writesARefresh() {
        assertThat(json(new HookCall.Refresh(Hooks.client("al\"ice"), Hooks.AT)))
                .isEqualTo(CLIENT + "\"expire_at\":1893456000}");
    }

    @Test
    void writesASubscribe() {
        assertThat(json(new HookCall.Subscribe(Hooks.client("al\"ice"), Channel.parse("orders#al\"ice"))))
                .isEqualTo(CLIENT + "\"channel\":\"orders#al\\\"ice\"}");
    }

    @Test
    void writesAnRpc() {
        assertThat(json(Hooks.rpc("al\"ice"))).isEqualTo(CLIENT + "\"method\":\"orders.list\",\"data\":{\"n\":1}}");
    }
}
