package dev.cordon.cluster;

import dev.cordon.manager.Connection;
import dev.cordon.manager.ConnectionSelection;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Messages that no log keeps, to the connections on all nodes that follow their channels at that moment. Nobody else ever
 * gets them (ADR 0035). Calls may wait for the other nodes. Thread-safe.
 */
public final class LiveMessages {
    /** The kind of its question; the text names the channels and holds the data. */
    public static final String KIND = "tell";

    /** Most questions at once, so that back ends and operators who ask for presence and figures have room. */
    static final int MAX_UNDER_WAY = 4;

    /** Most channels of a question. */
    private static final int MAX_CHANNELS = 1_000;

    private final WebSocketManagerFactory factory;
    private final OtherNodes others;
    private final Semaphore room = new Semaphore(MAX_UNDER_WAY);

    public LiveMessages(WebSocketManagerFactory factory, OtherNodes others) {
        this.factory = factory;
        this.others = others;
    }

    /**
     * Hands a message to connections of each channel's owner.
     *
     * @param channels at most 1,000
     * @return the number of connections for each channel, in their order
     * @throws UnansweredException if a node did not answer or too many such messages are under way. Some connections may
     *     have the message then, and a repetition gives it to them again
     * @throws dev.cordon.log.LogUnavailableException if the other nodes could not be asked
     */
    public List<Integer> tell(List<Channel> channels, Payload data) {
        if (!others.waits()) {
            return here(channels, data);
        }
        if (!room.tryAcquire()) {
            throw new UnansweredException("too many messages that no log keeps are under way");
        }
        try {
            return everywhere(channels, data);
        } finally {
            room.release();
        }
    }

    private List<Integer> everywhere(List<Channel> channels, Payload data) {
        JsonWriter question = new JsonWriter(256 + data.size())
                .raw("{\"channels\":")
                .value(channels.stream().map(Channel::name).toList())
                .raw(",\"data\":");
        List<Integer> told = here(channels, data);
        data.appendTo(question).raw(data.opaque() ? ",\"opaque\":true}" : "}");
        for (String answer : others.ask(KIND, question.asString()).all().values()) {
            List<String> counts = fields(answer).strings("told", MAX_CHANNELS).orElse(List.of());
            for (int i = 0; i < Math.min(counts.size(), told.size()); i++) {
                told.set(i, told.get(i) + Integer.parseInt(counts.get(i)));
            }
        }
        return told;
    }

    private List<Integer> here(List<Channel> channels, Payload data) {
        List<Integer> told = new ArrayList<>(channels.size());
        for (Channel channel : channels) {
            int count = 0;
            for (Connection connection : factory.connectionsOf(ConnectionSelection.all(channel.owner()))) {
                if (connection.tellLive(channel, connection.encoding().push(channel, data))) {
                    connection.drain();
                    count++;
                }
            }
            told.add(count);
        }
        return told;
    }

    /** The answer to the question of another node. */
    public String answer(String text) {
        JsonFields question = fields(text);
        List<Channel> channels = question.strings("channels", MAX_CHANNELS).orElse(List.of()).stream()
                .map(Channel::parse)
                .toList();
        List<String> told =
                here(channels, data(question)).stream().map(String::valueOf).toList();
        return new JsonWriter(64).raw("{\"told\":").value(told).raw("}").asString();
    }

    /** The message of a question, in the form in which {@link #everywhere} has it. */
    private static Payload data(JsonFields question) {
        Payload data = question.bool("opaque")
                ? Payload.opaque(Base64.getDecoder().decode(question.string("data", "")))
                : Payload.of(question, "data").orElseThrow();
        return question.object("tags").map(data::tagged).orElse(data);
    }

    private static JsonFields fields(String text) {
        return JsonFields.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
