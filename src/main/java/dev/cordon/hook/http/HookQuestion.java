package dev.cordon.hook.http;

import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookClient;
import dev.cordon.protocol.json.JsonWriter;
import java.time.Instant;

/** The JSON of a question to the back end, with the fields of Centrifugo's proxy contract and some of Cordon's own. */
final class HookQuestion {
    private static final int USUAL_SIZE = 512;

    private HookQuestion() {}

    static byte[] json(HookCall call) {
        JsonWriter text = new JsonWriter(USUAL_SIZE);
        HookClient client = call.client();
        text.raw("{\"client\":").quoted(client.connection().value());
        text.raw(",\"transport\":").quoted(client.transport());
        text.raw(",\"protocol\":").quoted(client.protocol());
        // What "data" is, whichever the protocol.
        text.raw(",\"encoding\":\"json\",\"user\":").quoted(client.user().value());
        text.raw(",\"session\":").quoted(client.session().value());
        if (call instanceof HookCall.Connect connect) {
            connect(text, connect);
        } else if (call instanceof HookCall.Refresh refresh) {
            expires(text, refresh.expires());
        } else if (call instanceof HookCall.Subscribe subscribe) {
            text.raw(",\"channel\":").quoted(subscribe.channel().name());
        } else if (call instanceof HookCall.Rpc rpc) {
            text.raw(",\"method\":").quoted(rpc.method());
            rpc.data().appendTo(text.raw(",\"data\":"));
        }
        return text.raw("}").bytes();
    }

    private static void connect(JsonWriter text, HookCall.Connect connect) {
        expires(text, connect.expires());
        text.raw(",\"name\":").quoted(connect.client().name());
        text.raw(",\"version\":").quoted(connect.client().version());
        connect.data().ifPresent(data -> data.appendTo(text.raw(",\"data\":")));
    }

    private static void expires(JsonWriter text, Instant at) {
        text.raw(",\"expire_at\":").number(at.getEpochSecond());
    }
}
