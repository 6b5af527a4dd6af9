package dev.cordon.hook.http;

import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A reader of the back end's answers to questions: an object with {@code result}, {@code error} or {@code disconnect}.
 * What cannot be carried out is rejected and not left out, because a back end that restricts a client must not find the
 * restriction ignored.
 */
final class HookReply {
    /** Fields of a result that mean something for Centrifugo and that Cordon has nothing for. */
    private static final List<String> NOT_SUPPORTED = List.of("b64data", "caps", "override", "allow");

    private static final int MAX_CHANNELS = 1_000;

    private HookReply() {}

    /**
     * @throws InvalidJsonException if the body is not JSON, or not an answer
     * @throws IllegalArgumentException if a code or a reason is out of its range
     */
    static HookAnswer read(HookCall call, byte[] body) {
        JsonFields answer = JsonFields.read(body);
        Optional<JsonFields> disconnect = answer.object("disconnect");
        if (disconnect.isPresent()) {
            return new HookAnswer.Close(new Disconnect(code(disconnect.get()), text(disconnect.get(), "reason")));
        }
        Optional<JsonFields> error = answer.object("error");
        if (error.isPresent()) {
            return new HookAnswer.Fail(
                    code(error.get()), text(error.get(), "message"), error.get().bool("temporary"));
        }
        return result(
                call,
                answer.object("result")
                        .orElseThrow(() -> new InvalidJsonException("neither result, error nor disconnect")));
    }

    private static HookAnswer result(HookCall call, JsonFields result) {
        for (String name : NOT_SUPPORTED) {
            if (result.has(name) && !empty(result, name)) {
                throw new InvalidJsonException("result." + name + " is not supported");
            }
        }
        String user = result.string("user", "");
        if (!user.isEmpty() && !user.equals(call.client().user().value())) {
            throw new InvalidJsonException("result.user is not the user of the token");
        }
        if (call instanceof HookCall.Refresh && result.bool("expired")) {
            return new HookAnswer.Close(Disconnect.EXPIRED);
        }
        Optional<Payload> data = result.has("data") ? Payload.of(result, "data") : Optional.empty();
        return new HookAnswer.Accept(data, expires(call, result), channels(call, result));
    }

    /** The channels to which a connect subscribes: the names of a list, and those of an object of options. */
    private static List<Channel> channels(HookCall call, JsonFields result) {
        Set<String> names =
                new LinkedHashSet<>(result.strings("channels", MAX_CHANNELS).orElse(List.of()));
        result.object("subs").ifPresent(subs -> names.addAll(subs.names()));
        if (!names.isEmpty() && !(call instanceof HookCall.Connect)) {
            throw new InvalidJsonException("result has channels, which only the answer to connect may have");
        }
        return names.stream().map(Channel::parse).toList();
    }

    /** Libraries of back ends write fields that they do not use: {@code "channels":[]}. */
    private static boolean empty(JsonFields result, String name) {
        byte[] value = result.raw(name);
        return value.length == 2 && (value[0] == '"' || value[0] == '[' || value[0] == '{');
    }

    /** @return the end of the connection; empty for none, which libraries write as 0 */
    private static Optional<Instant> expires(HookCall call, JsonFields result) {
        long at = result.integer("expire_at", 0);
        if (at == 0) {
            return Optional.empty();
        }
        if (call instanceof HookCall.Subscribe) {
            throw new InvalidJsonException(
                    "result.expire_at is not supported: a subscription ends with its connection");
        }
        if (at < 0 || at > Instant.MAX.getEpochSecond()) {
            throw new InvalidJsonException("result.expire_at must be seconds since 1970");
        }
        return Optional.of(Instant.ofEpochSecond(at));
    }

    /** Says something where the back end says nothing: neither text may be empty on the wire. */
    private static String text(JsonFields of, String name) {
        String text = of.string(name, "");
        return text.isBlank() ? "rejected by the back end" : text;
    }

    private static int code(JsonFields of) {
        long code = of.integer("code", 0);
        if (code < 0 || code > 0xffff) {
            throw new InvalidJsonException("code is out of range");
        }
        return (int) code;
    }
}
